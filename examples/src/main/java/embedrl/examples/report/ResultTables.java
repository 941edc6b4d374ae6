package embedrl.examples.report;

import embedrl.embedrl.run.Arm;
import embedrl.embedrl.run.Difference;
import embedrl.embedrl.run.Estimate;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The tables of a report's figures: arms, differences, families. */
final class ResultTables {
    private final ReportContent content;

    ResultTables(ReportContent content) {
        this.content = content;
    }

    /** All arms with the headline metric as a dot on its interval, and the further metrics. */
    void arms(Html html) {
        arms(html, content.results().arms(), "arms", content.metric() + " on held-out queries, with 95 % bootstrap intervals");
    }

    /** The same arms on concepts that training never showed; nothing if that was not measured. */
    void unseenConcepts(Html html) {
        if (!content.results().unseenConcepts().isEmpty()) {
            arms(html, content.results().unseenConcepts(), "apart", "Concepts that training never showed, reported apart: " + content.metric() + ", with 95 % bootstrap intervals");
        }
    }

    private void arms(Html html, List<Arm> arms, String kind, String caption) {
        Set<String> further = new LinkedHashSet<>();
        arms.forEach(arm -> further.addAll(arm.metrics().keySet()));
        further.remove(content.metric());
        html.open("div", "class", "scroll").open("table", "class", kind);
        html.element("caption", caption);
        html.open("thead").open("tr");
        html.element("th", "Arm", "scope", "col").element("th", content.metric(), "scope", "col", "colspan", "3");
        further.forEach(name -> html.element("th", name, "scope", "col", "class", "figure"));
        html.element("th", "queries", "scope", "col", "class", "figure").close().close();
        html.open("tbody");
        for (Arm arm : arms) {
            html.open("tr").open("th", "scope", "row").element("span", arm.name(), "class", "name").element("span", arm.description(), "class", "about").close();
            Estimate estimate = arm.metrics().get(content.metric());
            if (estimate == null) {
                html.element("td", "not measured", "colspan", "3");
            } else {
                html.element("td", Figures.percent(estimate.value()), "class", "figure strong").element("td", Figures.interval(estimate), "class", "figure faint");
                html.open("td", "class", "plot");
                Figures.dot(html, estimate, 0, 1, "plain");
                html.close();
            }
            further.forEach(name -> html.element("td", arm.metrics().containsKey(name) ? Figures.percent(arm.metrics().get(name).value()) : "–", "class", "figure"));
            html.element("td", estimate == null ? "–" : String.valueOf(estimate.n()), "class", "figure").close();
        }
        html.close().close().close();
    }

    /** Differences between arms, each with a verdict in words. */
    void differences(Html html) {
        List<Difference> differences = content.results().differences();
        double reach = differences.stream().mapToDouble(difference -> Math.max(Math.abs(difference.estimate().low()), Math.abs(difference.estimate().high()))).max().orElse(0);
        double scale = Math.max(reach, 0.01);
        html.open("div", "class", "scroll").open("table", "class", "differences");
        html.element("caption", "Differences on the same queries, in percentage points, with 95 % paired-bootstrap intervals");
        html.open("thead").open("tr");
        for (String head : List.of("Difference", "Metric")) {
            html.element("th", head, "scope", "col");
        }
        html.element("th", "points", "scope", "col", "colspan", "3").element("th", "Verdict", "scope", "col").close().close();
        html.open("tbody");
        for (Difference difference : differences) {
            Estimate estimate = difference.estimate();
            html.open("tr").element("th", difference.arm() + " − " + difference.baseline(), "scope", "row").element("td", difference.metric());
            html.element("td", Figures.points(estimate.value()), "class", "figure strong").element("td", Figures.pointInterval(estimate), "class", "figure faint");
            html.open("td", "class", "plot");
            Figures.dot(html, estimate, -scale, scale, kind(estimate));
            html.close().open("td").element("span", verdict(estimate), "class", "verdict " + kind(estimate)).close().close();
        }
        html.close().close().close();
    }

    private static String kind(Estimate estimate) {
        return !estimate.excludesZero() ? "open" : estimate.value() > 0 ? "better" : "worse";
    }

    private static String verdict(Estimate estimate) {
        return switch (kind(estimate)) {
            case "better" -> "better: 0 lies outside the interval";
            case "worse" -> "worse: 0 lies outside the interval";
            default -> "not shown: 0 lies inside the interval";
        };
    }

    /** The headline metric for each family of tasks; nothing if no arm has families. */
    void families(Html html) {
        List<Arm> arms = content.results().arms();
        Set<String> families = new LinkedHashSet<>();
        arms.forEach(arm -> families.addAll(arm.families().keySet()));
        if (families.isEmpty()) {
            return;
        }
        html.open("div", "class", "scroll").open("table", "class", "families");
        html.element("caption", content.metric() + " by family of tasks");
        html.open("thead").open("tr").element("th", "Family", "scope", "col");
        arms.forEach(arm -> html.element("th", arm.name(), "scope", "col", "class", "figure"));
        html.close().close().open("tbody");
        for (String family : families) {
            html.open("tr").element("th", family, "scope", "row");
            for (Arm arm : arms) {
                Estimate estimate = arm.families().containsKey(family) ? arm.families().get(family).get(content.metric()) : null;
                html.open("td", "class", "figure");
                if (estimate == null) {
                    html.text("–");
                } else {
                    html.text(Figures.percent(estimate.value())).element("span", Figures.interval(estimate), "class", "below");
                }
                html.close();
            }
            html.close();
        }
        html.close().close().close();
    }
}
