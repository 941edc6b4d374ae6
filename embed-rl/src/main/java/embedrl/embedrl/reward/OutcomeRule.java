package embedrl.embedrl.reward;

/** How accuracy and margin become one outcome value, before the outcome scale (Embed-RL, outcome reward). */
public enum OutcomeRule {

    /** acc · margin, the published rule. With a negative margin, a rollout that retrieves nothing beats one that retrieves something. */
    PRODUCT("acc*margin") {
        @Override
        public double combine(double acc, double margin) {
            return acc * margin;
        }
    },

    /** acc · max(margin, 0): the published rule without its reward for failure. */
    PRODUCT_OF_POSITIVE("acc*max(margin,0)") {
        @Override
        public double combine(double acc, double margin) {
            return acc * Math.max(margin, 0);
        }
    },

    /** ½ · acc + ½ · margin: accuracy and margin each count on their own. */
    SUM("0.5*acc+0.5*margin") {
        @Override
        public double combine(double acc, double margin) {
            return 0.5 * acc + 0.5 * margin;
        }
    };

    private final String label;

    OutcomeRule(String label) {
        this.label = label;
    }

    public abstract double combine(double acc, double margin);

    /** The rule's name in configurations. */
    public String label() {
        return label;
    }

    public static OutcomeRule named(String label) {
        return Labels.find("outcome rule", label, values(), OutcomeRule::label);
    }
}
