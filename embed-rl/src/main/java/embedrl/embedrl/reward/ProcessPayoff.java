package embedrl.embedrl.reward;

/** What a rollout earns when the judge chose a positive for it (Embed-RL, process reward). */
public enum ProcessPayoff {

    /** The rollout's own margin, as in the released code; a correct choice is punished when the margin is negative. */
    MARGIN("margin") {
        @Override
        public double of(double margin) {
            return margin;
        }
    },

    /** max(margin, 0): the margin without that punishment. */
    POSITIVE_MARGIN("max(margin,0)") {
        @Override
        public double of(double margin) {
            return Math.max(margin, 0);
        }
    },

    /** 1, as in the paper's text. */
    ONE("one") {
        @Override
        public double of(double margin) {
            return 1;
        }
    };

    private final String label;

    ProcessPayoff(String label) {
        this.label = label;
    }

    public abstract double of(double margin);

    /** The payoff's name in configurations. */
    public String label() {
        return label;
    }

    public static ProcessPayoff named(String label) {
        return Labels.find("process payoff", label, values(), ProcessPayoff::label);
    }
}
