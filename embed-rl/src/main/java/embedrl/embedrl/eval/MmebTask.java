package embedrl.embedrl.eval;

/**
 * One of the 78 tasks of MMEB-V2, with the scores published for Embed-RL.
 *
 * @param group     group of tasks, such as I-CLS or VD-OOD
 * @param name      task name, unique within its modality
 * @param parser    layout of the task's files
 * @param ranking   whether a query ranks its own candidates ({@code local}) or all of the task ({@code global})
 * @param queries   number of test queries
 * @param published score in percent of the 2B and of the 4B Embedder
 */
public record MmebTask(String group, String name, String parser, String ranking, int queries, Published published) {

    /** Published scores in percent: hit@1 for image and video tasks, linear nDCG@5 for documents. */
    public record Published(double small, double large) {
    }

    /** What the task's items show. */
    public enum Modality { IMAGE, VIDEO, VISDOC }

    public Modality modality() {
        return switch (group.substring(0, group.indexOf('-'))) {
            case "I" -> Modality.IMAGE;
            case "V" -> Modality.VIDEO;
            case "VD" -> Modality.VISDOC;
            default -> throw new IllegalStateException("mmeb task: group must begin with I-, V- or VD-, got " + group);
        };
    }

    /** The score that is reported for a query of this task. */
    public double score(RankingMetrics metrics) {
        return switch (modality()) {
            case IMAGE, VIDEO -> metrics.hit(1);
            case VISDOC -> metrics.ndcgLinear(5);
        };
    }
}
