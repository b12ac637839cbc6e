//! The `OpenAPI` document, from the catalogue and the routes' types.

use dangol_analytics::audiences::Preview;
use dangol_analytics::quality::Quality;
use dangol_analytics::{Finding, Language, catalogue};
use dangol_shop::Filters;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{
    ComponentsBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Ref, RefOr, Required,
    ResponseBuilder,
};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use crate::problem::Problem;
use crate::routes::audiences::{
    AudienceColumns, AudienceList, ListedAudience, NewAudience, PreviewQuery, Removed,
};
use crate::routes::data::{Mapping, PageQuery, QuarantinePage, QuarantineQuery, RunList, RunsQuery};
use crate::routes::shop::{Catalogue, ShopInfo};

/// The document as JSON.
///
/// # Errors
/// None in practice: the document serialises.
pub fn json() -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&document())
}

/// The document.
#[must_use]
pub fn document() -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut add = |path: &str, id: &str, summary: &str, parameters: Vec<Parameter>, answer: RefOr<Schema>| {
        let kind = match path.rsplit_once('.') {
            Some((_, "csv")) => "text/csv",
            Some((_, "html")) => "text/html",
            Some((_, "xlsx")) => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            _ => "application/json",
        };
        let operation = OperationBuilder::new()
            .operation_id(Some(id))
            .summary(Some(summary))
            .parameters(Some(parameters))
            .response("200", response("The answer", kind, answer))
            .response("default", response("What was wrong", "application/problem+json", refer::<Problem>()));
        let item = PathItem::new(HttpMethod::Get, operation);
        let builder = std::mem::take(&mut paths);
        paths = builder.path(path, item);
    };
    let in_query = || Some(ParameterIn::Query);
    let none = Vec::new;
    add("/api/shop", "shop", "The shop, its filters and segments", none(), refer::<ShopInfo>());
    add(
        "/api/catalogue",
        "catalogue",
        "Every analysis with its definition and parameters",
        none(),
        refer::<Catalogue>(),
    );
    add("/api/quality", "quality", "The quality report of the last import", none(), refer::<Quality>());
    add(
        "/api/quality.html",
        "quality_page",
        "The quality report as a page that needs nothing but itself",
        PageQuery::into_params(in_query),
        ObjectBuilder::new().schema_type(Type::String).build().into(),
    );
    add(
        "/api/quality.xlsx",
        "quality_workbook",
        "The quality report as a workbook with a sheet for each part",
        PageQuery::into_params(in_query),
        ObjectBuilder::new().schema_type(Type::String).build().into(),
    );
    add(
        "/api/quality.csv",
        "quality_csv",
        "The quality report as CSV, a line for each value",
        PageQuery::into_params(in_query),
        ObjectBuilder::new().schema_type(Type::String).build().into(),
    );
    add(
        "/api/quarantine",
        "quarantine",
        "Rows that could not be used",
        QuarantineQuery::into_params(in_query),
        refer::<QuarantinePage>(),
    );
    add(
        "/api/quarantine.csv",
        "quarantine_csv",
        "All rows that could not be used, as a file for a spreadsheet",
        none(),
        ObjectBuilder::new().schema_type(Type::String).build().into(),
    );
    add("/api/mapping", "mapping", "shop.toml as written", none(), refer::<Mapping>());
    add(
        "/api/runs",
        "runs",
        "What was run, newest first",
        RunsQuery::into_params(in_query),
        refer::<RunList>(),
    );
    add(
        "/api/audience-columns",
        "audience_columns",
        "What conditions on customers can be about, and how it is spread",
        none(),
        refer::<AudienceColumns>(),
    );
    add(
        "/api/audience-preview",
        "audience_preview",
        "Who meets a condition, in figures",
        PreviewQuery::into_params(in_query),
        refer::<Preview>(),
    );
    add(
        "/api/audience-preview.csv",
        "audience_preview_csv",
        "The customers who meet a condition, with their consents, as a file for a spreadsheet",
        PreviewQuery::into_params(in_query),
        ObjectBuilder::new().schema_type(Type::String).build().into(),
    );
    add(
        "/api/audiences/{name}/customers.csv",
        "audience_customers",
        "The customers of an audience, with their consents, as a file for a spreadsheet",
        vec![audience_name()],
        ObjectBuilder::new().schema_type(Type::String).build().into(),
    );
    let in_path = |name: &str, about: &str| {
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(about))
            .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
            .build()
    };
    let mut of_table = vec![in_path("name", "The analysis"), in_path("table", "The part of its result")];
    of_table.extend(Filters::into_params(in_query));
    add(
        "/api/analyses/{name}/{table}.csv",
        "analysis_table_csv",
        "A table of a result as a file for a spreadsheet; parameters as for the analysis",
        of_table,
        ObjectBuilder::new().schema_type(Type::String).build().into(),
    );
    for entry in catalogue::CATALOGUE {
        let about = (entry.about)();
        let (result, _) = (entry.schemas)();
        let mut parameters = Filters::into_params(in_query);
        parameters.extend(about.parameters.iter().map(parameter));
        let report = ObjectBuilder::new()
            .property("analysis", ObjectBuilder::new().schema_type(Type::String))
            .property("as_of", ObjectBuilder::new().schema_type(Type::String))
            .property("params", ObjectBuilder::new())
            .property("result", result)
            .property("findings", ArrayBuilder::new().items(refer::<Finding>()))
            .required("analysis")
            .required("as_of")
            .required("params")
            .required("result")
            .required("findings")
            .build();
        let path = format!("/api/analyses/{}", entry.name);
        add(
            &path,
            &format!("analysis_{}", entry.name),
            &about.title.en,
            parameters,
            Schema::Object(report).into(),
        );
    }
    paths = audiences(paths);
    let components = ComponentsBuilder::new().schemas_from_iter(schemas());
    let info = InfoBuilder::new().title("Dangol").version(env!("CARGO_PKG_VERSION")).description(Some(
        "Customer-value analytics for one shop. Texts for people come in English and Korean.",
    ));
    OpenApiBuilder::new().info(info.build()).paths(paths.build()).components(Some(components.build())).build()
}

/// The types of all answers, under their names; most are referred to more than once.
fn schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas: Vec<_> = catalogue::CATALOGUE.iter().flat_map(|entry| (entry.schemas)().1).collect();
    collect::<AudienceColumns>(&mut schemas);
    collect::<AudienceList>(&mut schemas);
    collect::<ListedAudience>(&mut schemas);
    collect::<NewAudience>(&mut schemas);
    collect::<Preview>(&mut schemas);
    collect::<Removed>(&mut schemas);
    collect::<ShopInfo>(&mut schemas);
    collect::<Catalogue>(&mut schemas);
    collect::<Quality>(&mut schemas);
    collect::<QuarantinePage>(&mut schemas);
    collect::<Mapping>(&mut schemas);
    collect::<RunList>(&mut schemas);
    collect::<Problem>(&mut schemas);
    collect::<Finding>(&mut schemas);
    collect::<Language>(&mut schemas);
    schemas
}

/// The routes that change something beside those that read.
fn audiences(paths: PathsBuilder) -> PathsBuilder {
    let operation = |id: &str, summary: &str, answer: RefOr<Schema>| {
        OperationBuilder::new()
            .operation_id(Some(id))
            .summary(Some(summary))
            .response("200", response("The answer", "application/json", answer))
            .response("default", response("What was wrong", "application/problem+json", refer::<Problem>()))
    };
    let wanted = ContentBuilder::new().schema(Some(refer::<NewAudience>())).build();
    let body = RequestBodyBuilder::new().content("application/json", wanted).required(Some(Required::True));
    let list = operation("audiences", "All audiences with their figures", refer::<AudienceList>());
    let save = operation(
        "save_audience",
        "Saves an audience; one saved under the name is replaced",
        refer::<ListedAudience>(),
    )
    .request_body(Some(body.build()));
    let remove = operation("remove_audience", "Removes a saved audience", refer::<Removed>())
        .parameter(audience_name());
    let mut both = PathItem::new(HttpMethod::Get, list);
    both.post = Some(save.build());
    paths
        .path("/api/audiences", both)
        .path("/api/audiences/{name}", PathItem::new(HttpMethod::Delete, remove))
}

fn audience_name() -> Parameter {
    ParameterBuilder::new()
        .name("name")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The audience's name."))
        .schema(Some(Schema::Object(ObjectBuilder::new().schema_type(Type::String).build())))
        .build()
}

fn refer<T: ToSchema>() -> RefOr<Schema> {
    Ref::from_schema_name(T::name()).into()
}

fn collect<T: ToSchema>(schemas: &mut Vec<(String, RefOr<Schema>)>) {
    T::schemas(schemas);
    schemas.push((T::name().into_owned(), <T as PartialSchema>::schema()));
}

fn response(description: &str, kind: &str, schema: RefOr<Schema>) -> utoipa::openapi::Response {
    ResponseBuilder::new()
        .description(description)
        .content(kind, ContentBuilder::new().schema(Some(schema)).build())
        .build()
}

fn parameter(parameter: &catalogue::Parameter) -> Parameter {
    let kind = match parameter.kind.as_str() {
        "integer" => Type::Integer,
        "number" => Type::Number,
        "boolean" => Type::Boolean,
        _ => Type::String,
    };
    let mut schema = ObjectBuilder::new().schema_type(kind);
    if !parameter.choices.is_empty() {
        schema = schema.enum_values(Some(parameter.choices.clone()));
    }
    ParameterBuilder::new()
        .name(&parameter.name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(&parameter.description.en))
        .schema(Some(Schema::Object(schema.build())))
        .build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn no_two_types_have_the_same_name() {
        let mut known = BTreeMap::new();
        for (name, schema) in schemas() {
            let text = serde_json::to_string_pretty(&schema).unwrap();
            let before = known.entry(name.clone()).or_insert_with(|| text.clone());
            // The document has one of a name: the dashboard's types of the other analysis would be wrong.
            assert!(*before == text, "two types are called {name}:\n{before}\n{text}");
        }
        assert!(known.len() > 100, "{}", known.len());
    }
}
