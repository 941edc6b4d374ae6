package embedrl.examples.study;

import embedrl.datasets.Item;
import embedrl.datasets.RetrievalQuery;
import embedrl.embedrl.compact.StudyArm;
import embedrl.embedrl.compact.StudyResult;
import embedrl.embedrl.eval.RetrievalEvaluation.Entry;
import embedrl.embedrl.eval.RetrievalEvaluation.QueryResult;
import embedrl.embedrl.reward.Side;
import embedrl.embedrl.tcot.ParsedTCot;
import embedrl.embedrl.tcot.TCotParser;
import embedrl.embedrl.tcot.Visual;
import embedrl.examples.report.Exhibit;
import embedrl.examples.report.Shown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Picks held-out queries for the gallery, the first ones of each task: never by how well an arm does. */
final class StudyGallery {
    private static final List<String> ARMS = List.of("raw", "warmup", "egrl", "oracle");
    private static final int BEST = 3;

    private StudyGallery() {
    }

    static List<Exhibit> of(StudyResult study, int perTask) {
        List<StudyArm> arms = study.arms().stream().filter(arm -> ARMS.contains(arm.name())).toList();
        Map<String, Integer> taken = new LinkedHashMap<>();
        List<Exhibit> exhibits = new ArrayList<>();
        List<QueryResult> queries = arms.getFirst().results();
        for (int i = 0; i < queries.size(); i++) {
            if (taken.merge(queries.get(i).task(), 1, Integer::sum) <= perTask) {
                int index = i;
                RetrievalQuery query = queries.get(i).query();
                List<Exhibit.View> views = arms.stream().map(arm -> view(arm, arm.results().get(index))).toList();
                exhibits.add(new Exhibit(queries.get(i).task(), Shown.of(query.query()), Shown.of(query.candidates().getFirst()), views));
            }
        }
        return exhibits;
    }

    private static Exhibit.View view(StudyArm arm, QueryResult result) {
        Item item = result.query().query();
        String tcot = arm.completions().getOrDefault(new Entry(Side.QUERY, item).key(), "");
        ParsedTCot parsed = TCotParser.withDefaults().parse(tcot, Visual.of(item));
        List<Exhibit.Found> found = result.ranking().stream().limit(BEST).map(id -> found(result.query(), id)).toList();
        return new Exhibit.View(arm.name(), tcot.strip(), parsed.crops(), parsed.frames(), found);
    }

    private static Exhibit.Found found(RetrievalQuery query, String id) {
        Item candidate = query.candidates().stream().filter(item -> item.id().equals(id)).findFirst().orElseThrow();
        return new Exhibit.Found(Shown.of(candidate), query.relevance().getOrDefault(id, 0.0) > 0);
    }
}
