//! Money that comes from four cards, is given as a present, is spent, refunded, given on and paid back, in any order: no card
//! gets back more than came from it.

use crate::audit;
use crate::dice::Dice;
use crate::world::{World, draft, eur, found, place};
use engine::state::{Grade, OfferingRef, Origin, PartyRef, PaymentOutcome, TokenRef};
use engine::{Actor, Command, Event, Purchase, PurchaseBy, Receipt, WalletOrder, WalletWish, Wish};
use types::{Area, Duration, PaymentId, Window};

#[test]
fn no_payment_gets_back_more_than_it_brought_whatever_happens_in_between() {
    let mut paid_out = 0;
    for seed in 0..150 {
        let (mut world, mut dice) = (World::new(), Dice(seed));
        found(&mut world);
        let mut gift = draft(9, "gift");
        gift.transferable = true;
        world.submit(Actor::OPERATOR, Command::PublishOffering(Box::new(gift))).expect("sound");
        for _ in 0..250 {
            let now = world.now.after(Duration::from_secs(dice.roll(200)));
            world.pass_until(now);
            let command = ask(&mut dice, &world);
            if let Ok((_, events)) = world.submit(Actor::OPERATOR, command) {
                paid_out += events.iter().filter(|event| matches!(event, Event::PaymentRequested(_))).count();
            }
            audit::check_books(&world.state);
        }
        audit::check_replay(&world);
    }
    assert!(paid_out > 1_000, "hardly anything was paid out: {paid_out}");
}

fn ask(dice: &mut Dice, world: &World) -> Command {
    let (party, other) = (PartyRef::from_index(1), PartyRef::from_index(2));
    let (party, other) = if dice.roll(2) == 0 { (party, other) } else { (other, party) };
    let amount_minor = 1 + dice.roll(300).cast_signed();
    let tokens = u32::try_from(world.state.tokens.len()).expect("few").max(1);
    let token = TokenRef::from_index(u32::try_from(dice.roll(u64::from(tokens))).expect("few"));
    let order = |wish| Command::OrderWallet(Box::new(WalletOrder { party, currency: eur(), wish }));
    match dice.roll(12) {
        0 | 1 => {
            let card = Origin::Payment(format!("card-{}", dice.roll(4)));
            let origin = if dice.roll(4) == 0 { Origin::Promotion } else { card };
            Command::ReceivePayment(Box::new(Receipt { party, currency: eur(), amount_minor, origin }))
        }
        2 => order(WalletWish::Transfer { to: other, amount_minor }),
        3 | 4 => order(WalletWish::PayOut((dice.roll(3) > 0).then_some(amount_minor))),
        5 => {
            let payment = world.state.payments.keys().next().copied().unwrap_or(PaymentId::from_u128(1));
            let outcome = dice.pick(&[PaymentOutcome::Approved, PaymentOutcome::Declined]);
            Command::RecordPayment { payment, outcome }
        }
        6 => Command::TransferToken { token, to: other },
        7 | 8 => Command::ReleaseToken { token },
        _ => {
            // What is paid at once, and what is held first: both come back in part.
            let offering = OfferingRef::from_index(dice.pick(&[0, 1, 4]));
            let window = Window::starting(world.now, Duration::from_mins(1 + dice.roll(60))).expect("a window");
            let place = Area::new(vec![place('A')]).expect("an area");
            let wish = Wish {
                party,
                offering,
                window,
                place,
                stages: Vec::new(),
                grade_min: Grade::Empirical,
                promotion: None,
            };
            let by = PurchaseBy::Wish(wish);
            Command::PurchaseToken(Box::new(Purchase { party, by, device: None, holder: None, payer: None }))
        }
    }
}
