package embedrl.examples.report;

import embedrl.embedrl.run.ProgressLine;
import embedrl.embedrl.run.Results;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes {@code report.html}: one file that needs no other, for light and dark screens, readable without color and without pictures. */
public final class Report {

    private Report() {
    }

    /** Writes or replaces the page. */
    public static void write(ReportContent content, Path file) throws IOException {
        Files.writeString(file, html(content));
    }

    /** The page as HTML that is well-formed XML too. */
    public static String html(ReportContent content) {
        var html = new Html();
        html.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml");
        html.open("head").empty("meta", "charset", "utf-8").empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .empty("meta", "name", "color-scheme", "content", "light dark").element("title", content.title()).element("style", stylesheet()).close();
        html.open("body");
        html.open("header", "class", "page").element("h1", content.title()).element("p", content.about(), "class", "about").close();
        html.open("main");
        cards(html, content);
        var tables = new ResultTables(content);
        html.open("section").element("h2", "Results");
        tables.arms(html);
        if (!content.results().differences().isEmpty()) {
            tables.differences(html);
        }
        tables.families(html);
        tables.unseenConcepts(html);
        guide(html, content);
        html.close();
        curves(html, content);
        if (!content.gallery().isEmpty()) {
            html.open("section").element("h2", "Held-out queries");
            html.element("p", "What each arm wrote about a query, what its T-CoT points at (outlined), and the three best candidates that it found.");
            Gallery.write(html, content.gallery());
            html.close();
        }
        html.open("section").element("h2", "Run");
        timings(html, content.seconds());
        facts(html, "Configuration", content.configuration());
        facts(html, "Machine", content.machine());
        html.close().close().close().close();
        return html.toString();
    }

    private static void cards(Html html, ReportContent content) {
        html.open("div", "class", "cards");
        Results.HeldoutReward reward = content.results().egrl();
        if (reward != null) {
            card(html, String.format(Locale.ROOT, "%.3f → %.3f", reward.before(), reward.after()), "mean reward on held-out pairs, before → after EG-RL");
        }
        content.results().differences().stream().filter(difference -> difference.metric().equals(content.metric())).limit(2)
                .forEach(difference -> card(html, Figures.points(difference.estimate().value()) + " points", content.metric() + ", " + difference.arm() + " − " + difference.baseline()
                        + ", 95 % interval " + Figures.pointInterval(difference.estimate())));
        card(html, ProgressLine.time(content.seconds().values().stream().mapToDouble(Double::doubleValue).sum()), "all phases together");
        html.close();
    }

    private static void card(Html html, String figure, String label) {
        html.open("div", "class", "card").element("div", figure, "class", "value").element("div", label, "class", "label").close();
    }

    private static void guide(Html html, ReportContent content) {
        html.open("details").element("summary", "How to read this");
        html.open("dl");
        html.element("dt", "arm").element("dd", "one way to turn queries and candidates into vectors; all arms answer the same queries. Names that end in “sampled” write their T-CoTs at "
                + "temperature 1.0, the others greedily. “oracle” is given the true T-CoT: a ceiling, not a competitor.");
        html.element("dt", content.metric());
        html.element("dd", content.metric().equals("hit@1") ? "the share of queries whose best-ranked candidate is a relevant one." : "averaged over queries.");
        html.element("dt", "interval").element("dd", "queries are drawn anew with replacement many times; 95 % of the means lie inside. It covers the choice of queries, not the luck of the training seed.");
        html.element("dt", "difference").element("dd", "both arms are measured on the same drawn queries. If 0 lies inside the interval, this run does not show a difference.");
        html.close().close();
    }

    private static void curves(Html html, ReportContent content) {
        List<Curves.Chart> charts = Curves.of(content.history());
        if (charts.isEmpty()) {
            return;
        }
        html.open("section").element("h2", "Curves");
        String phase = null;
        for (Curves.Chart chart : charts) {
            if (!chart.phase().equals(phase)) {
                if (phase != null) {
                    html.close();
                }
                phase = chart.phase();
                html.element("h3", phase, "class", "phase").open("div", "class", "charts");
            }
            html.open("figure").element("figcaption", chart.title());
            html.open("picture").empty("source", "media", "(prefers-color-scheme: dark)", "srcset", Pictures.dataUri(ChartPicture.draw(chart, true)));
            html.empty("img", "src", Pictures.dataUri(ChartPicture.draw(chart, false)), "alt", chart.alternative(), "width", "460", "height", "260").close();
            if (!chart.hint().isEmpty()) {
                html.element("p", chart.hint(), "class", "hint");
            }
            html.close();
        }
        html.close().close();
    }

    private static void timings(Html html, Map<String, Double> seconds) {
        double longest = seconds.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        html.open("div", "class", "scroll").open("table", "class", "timings").element("caption", "Time of each phase");
        html.open("thead").open("tr").element("th", "Phase", "scope", "col").element("th", "Time", "scope", "col", "colspan", "2").close().close().open("tbody");
        seconds.forEach((phase, value) -> {
            html.open("tr").element("th", phase, "scope", "row").element("td", ProgressLine.time(value), "class", "figure");
            html.open("td", "class", "plot").element("span", "", "class", "bar", "style", String.format(Locale.ROOT, "width:%.1f%%", longest == 0 ? 0 : 100 * value / longest)).close().close();
        });
        html.close().close().close();
    }

    private static void facts(Html html, String title, Map<String, String> facts) {
        if (facts.isEmpty()) {
            return;
        }
        html.open("details").element("summary", title).open("dl", "class", "facts");
        facts.forEach((name, value) -> html.element("dt", name).element("dd", value));
        html.close().close();
    }

    private static String stylesheet() {
        try (InputStream text = Report.class.getResourceAsStream("/embedrl/examples/report.css")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
