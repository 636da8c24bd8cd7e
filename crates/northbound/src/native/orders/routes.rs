//! `/v1/orders`.

use crate::app::App;
use crate::device;
use crate::fault::Fault;
use crate::idempotency::key_of;
use crate::native::error::{Problem, Problems};
use crate::native::extract::{Body, Customer};
use crate::native::orders::convert;
use crate::native::orders::wire::Order;
use crate::native::satellites;
use crate::native::tokens;
use crate::native::tokens::wire::Token;
use crate::sandbox::check_promise;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use engine::{Answer, Command};
use node::wall_clock;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(place_order))
}

/// Buys a token: with a firm quote, or at once. Repeating it with the same key gives the same token.
#[utoipa::path(
    post, path = "/v1/orders", tag = "purchase", security(("bearer" = [])), request_body = Order,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 255, pattern = "^[!-~]*$", description = "Makes repeating it safe, for 24 hours.")),
    responses((status = 201, description = "The token, with its signed entitlement.", body = Token), Problems),
)]
async fn place_order(
    State(app): State<App>,
    Customer(actor): Customer,
    headers: HeaderMap,
    Body(order): Body<Order>,
) -> Result<(StatusCode, Json<Token>), Problem> {
    let key = key_of(&app.vault, &headers, "order", &order)?;
    check_promise(&app, order.device.as_deref())?;
    let device = device::subject_for(&app, order.device.as_deref()).await?;
    let purchase = app.read(|view| convert::purchase(order, device, &view.state, actor, wall_clock())).await?;
    app.admission.purchase(purchase.party, purchase.device)?;
    let Answer::Token(token) = app.submit_keyed(actor, key, Command::PurchaseToken(Box::new(purchase))).await? else {
        return Err(Fault::unexpected_answer("buy a token").into());
    };
    let mut token = app.read(|view| tokens::convert::with_entitlement(&app.entitlements, view, token)).await?;
    satellites::name(&app, &mut token.path, &token.window);
    Ok((StatusCode::CREATED, Json(token)))
}
