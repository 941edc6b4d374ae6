package embedrl.embedrl.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AveragesTest {

    private static final double[] PRINTED_2B = {62.84, 67.91, 68.64, 90.40, 57.04, 55.93, 45.06, 49.36, 79.95, 51.96, 84.61, 65.66};
    private static final double[] PRINTED_4B = {63.69, 70.52, 71.28, 91.35, 57.59, 58.37, 45.11, 49.52, 80.24, 53.36, 84.88, 67.13};

    @Test
    void thePublishedTaskScoresGiveThePublishedMeans() {
        assertThat(MmebTasks.ALL).hasSize(78);
        TaskAverages small = MmebTasks.byModality(task -> task.published().small());
        TaskAverages large = MmebTasks.byModality(task -> task.published().large());
        // Task scores are printed with one digit, so the means can differ from those of the exact scores by 0.05 at most.
        assertThat(small.groups().keySet()).containsExactly("image", "video", "visdoc");
        assertThat(values(small)).containsExactly(new double[] {69.24, 52.13, 74.06}, within(0.02));
        assertThat(values(large)).containsExactly(new double[] {71.19, 52.99, 74.74}, within(0.02));
        assertThat(small.all()).isCloseTo(66.78, within(0.02));
        assertThat(large.all()).isCloseTo(68.08, within(0.02));
    }

    @Test
    void thePublishedTaskScoresGiveThePublishedGroupMeans() {
        TaskAverages small = MmebTasks.byGroup(task -> task.published().small());
        assertThat(small.groups().keySet()).containsExactly("I-CLS", "I-QA", "I-RET", "I-VG", "V-CLS", "V-QA", "V-RET", "V-MRET", "VD-V1", "VD-V2", "VD-VisRAG", "VD-OOD");
        assertThat(values(small)).containsExactly(PRINTED_2B, within(0.05));
        assertThat(values(MmebTasks.byGroup(task -> task.published().large()))).containsExactly(PRINTED_4B, within(0.05));
    }

    @Test
    void modalitiesHaveTheirOwnMetric() {
        var counts = new HashMap<MmebTask.Modality, Integer>();
        MmebTasks.ALL.forEach(task -> counts.merge(task.modality(), 1, Integer::sum));
        assertThat(counts).isEqualTo(Map.of(MmebTask.Modality.IMAGE, 36, MmebTask.Modality.VIDEO, 18, MmebTask.Modality.VISDOC, 24));
        var metrics = new RankingMetrics(List.of("a", "b"), Relevance.binary(List.of("b")));
        assertThat(MmebTasks.ALL.getFirst().score(metrics)).isZero();
        assertThat(MmebTasks.ALL.getLast().score(metrics)).isCloseTo(1 / (Math.log(3) / Math.log(2)), within(1e-12));
    }

    @Test
    void overallMeanCountsTasksNotGroups() {
        var scores = new LinkedHashMap<String, List<Double>>();
        scores.put("few", List.of(0.0));
        scores.put("many", List.of(1.0, 1.0, 1.0));
        TaskAverages averages = TaskAverages.of(scores);
        assertThat(averages.groups()).containsExactly(Map.entry("few", 0.0), Map.entry("many", 1.0));
        assertThat(averages.all()).isEqualTo(0.75);
        assertThatThrownBy(() -> TaskAverages.of(Map.of("none", List.<Double>of()))).hasMessageContaining("'none' has no scores");
    }

    @Test
    void uvrbAggregatesOfThePublishedScores() {
        UvrbAverages small = UvrbAverages.of(uvrb(43.7, 42.2, 91.4, 89.7, 84.6, 49.4, 36.5, 31.8, 56.5, 33.6, 80.0, 93.8, 19.3, 21.0, 89.1, 51.4));
        assertThat(small.groups().keySet()).containsExactly("TXT", "CMP", "VIS", "CG", "FG", "LC", "S", "T", "PR");
        assertThat(values(small.groups())).containsExactly(new double[] {61.1, 20.2, 70.3, 59.1, 54.6, 86.9, 87.2, 43.0, 40.6}, within(0.06));
        assertThat(small.average()).isCloseTo(58.7, within(0.06));
        assertThat(small.meanOfSets()).isCloseTo(57.1, within(0.06));

        UvrbAverages large = UvrbAverages.of(uvrb(44.0, 46.1, 92.1, 89.9, 85.9, 53.8, 38.2, 32.0, 57.9, 31.9, 77.0, 95.2, 15.8, 21.0, 87.9, 49.0));
        assertThat(values(large.groups())).containsExactly(new double[] {62.0, 18.4, 68.5, 60.7, 55.7, 86.1, 87.9, 46.0, 40.6}, within(0.06));
        assertThat(large.average()).isCloseTo(58.6, within(0.06));
        assertThat(large.meanOfSets()).isCloseTo(57.4, within(0.06));
    }

    @Test
    void uvrbNeedsAllItsSets() {
        assertThat(UvrbAverages.SETS).hasSize(16).doesNotHaveDuplicates();
        assertThat(UvrbAverages.SETS.stream().filter(set -> UvrbAverages.cutoff(set) == 10)).containsExactly("CMRB", "LoVR-TH");
        assertThatThrownBy(() -> UvrbAverages.of(Map.of("MSRVTT", 1.0))).hasMessageContaining("exactly");
    }

    private static Map<String, Double> uvrb(double... scores) {
        var names = List.of("MSRVTT", "DiDeMo", "CRB-G", "CRB-S", "VDC-O", "CRB-T", "CMRB", "DREAM-E", "LoVR-TH", "PEV-K", "LoVR-V", "VDC-D", "MS-TI", "MS-TV",
                "MSRVTT-I2V", "LoVR-C2V");
        var map = new LinkedHashMap<String, Double>();
        IntStream.range(0, names.size()).forEach(i -> map.put(names.get(i), scores[i]));
        return map;
    }

    private static double[] values(TaskAverages averages) {
        return values(averages.groups());
    }

    private static double[] values(Map<String, Double> groups) {
        return groups.values().stream().mapToDouble(Double::doubleValue).toArray();
    }
}
