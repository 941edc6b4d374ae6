package embedrl.benchmarks;

/** Parts of a step of reinforcement, each with programs of its own. */
enum Phase {
    PREFILL("prompts"),
    DECODE("rollouts, token by token"),
    REWARD("reward"),
    REFERENCE("reference"),
    UPDATE("update"),
    REST("rest");

    private final String text;

    Phase(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
