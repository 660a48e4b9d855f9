package io.pharos.query.api;

import io.pharos.model.port.FeatureFlags;
import io.pharos.model.promql.Expr;
import io.pharos.model.promql.ParseException;
import io.pharos.model.promql.PromqlParser;
import io.pharos.model.promql.PromqlPrinter;
import io.pharos.runtime.web.Answer;
import io.pharos.runtime.web.ApiRequest;
import io.pharos.runtime.web.Parameters;

/// `/api/v1/format_query` and `/api/v1/parse_query`: expressions as text and as a tree.
final class TextApi {
    private final PromqlParser parser;

    TextApi(FeatureFlags flags) {
        this.parser = new PromqlParser(flags);
    }

    Answer format(ApiRequest request) {
        String pretty = PromqlPrinter.pretty(parsed(request));
        return Answer.data(out -> out.text(pretty));
    }

    Answer parse(ApiRequest request) {
        Expr expr = parsed(request);
        return Answer.data(out -> TreeJson.write(expr, out));
    }

    private Expr parsed(ApiRequest request) {
        try {
            return parser.parse(request.parameters().text("query"));
        } catch (ParseException e) {
            throw Parameters.invalid("query", e);
        }
    }
}
