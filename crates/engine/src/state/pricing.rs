//! What an offering costs.

use ledger::AssetRef;
use minicbor::{Decode, Encode};
use rating::{Component, PricePlan, Rate};
use types::{Duration, Ratio, Unit};

/// A price plan and the asset its amounts are in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pricing {
    /// The currency's asset in the ledger.
    pub asset: AssetRef,
    /// What is paid, and for what.
    pub plan: PricePlan,
}

/// How it is written. Before there were plans, a price was one amount at purchase, one for each step, and one rate of what
/// is delivered, all gross; such rows are read as the plan that says so, and are written no more.
#[derive(Encode, Decode)]
struct Form {
    #[n(0)]
    asset: AssetRef,
    #[n(1)]
    once_minor: Option<i64>,
    #[n(2)]
    step_minor: Option<i64>,
    #[n(3)]
    step: Option<Duration>,
    #[n(4)]
    usage: Option<FormerUsage>,
    #[n(5)]
    tax_ppm: Option<u32>,
    #[n(6)]
    plan: Option<PricePlan>,
}

#[derive(Encode, Decode)]
struct FormerUsage {
    #[n(0)]
    unit: Unit,
    #[n(1)]
    rate: Ratio,
    #[n(2)]
    held_quantity: u64,
}

impl Form {
    fn lifted(&self) -> PricePlan {
        let minor = |amount: Option<i64>| amount.and_then(|minor| u64::try_from(minor).ok()).filter(|minor| *minor > 0);
        let once = minor(self.once_minor).map(|minor| Component::once("Fee", minor));
        let step = self.step.filter(|step| step.as_ms() > 0);
        let time = minor(self.step_minor).zip(step).map(|(minor, step)| Component::per_time("Time", minor, step));
        let usage = self.usage.as_ref().map(|usage| {
            let rate = Rate::flat(usage.rate.num(), usage.rate.den());
            let charged = Component::per_unit("Usage", usage.unit, (0, 1), usage.held_quantity);
            Component { rates: vec![rate], ..charged }
        });
        PricePlan::gross(self.tax_ppm.unwrap_or(0), [once, time, usage].into_iter().flatten().collect())
    }
}

impl<C> Encode<C> for Pricing {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let (asset, plan) = (self.asset, Some(self.plan.clone()));
        Form { asset, once_minor: None, step_minor: None, step: None, usage: None, tax_ppm: None, plan }.encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Pricing {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let mut form = Form::decode(d, ctx)?;
        let plan = form.plan.take().unwrap_or_else(|| form.lifted());
        Ok(Self { asset: form.asset, plan })
    }
}
