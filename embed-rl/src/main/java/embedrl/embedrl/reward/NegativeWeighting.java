package embedrl.embedrl.reward;

/** How the similarities to an anchor's negatives become one number (Embed-RL, outcome reward). */
public enum NegativeWeighting {

    /** Σ w·s with w = softmax(s / T): similar negatives count more. */
    SOFTMAX("softmax") {
        @Override
        public double average(double[] similarities, double temperature) {
            double largest = Double.NEGATIVE_INFINITY;
            for (double similarity : similarities) {
                largest = Math.max(largest, similarity);
            }
            double weights = 0;
            double weighted = 0;
            for (double similarity : similarities) {
                double weight = Math.exp((similarity - largest) / temperature);
                weights += weight;
                weighted += weight * similarity;
            }
            return similarities.length == 0 ? 0 : weighted / weights;
        }
    },

    /** The plain mean, an ablation. */
    MEAN("mean") {
        @Override
        public double average(double[] similarities, double temperature) {
            double sum = 0;
            for (double similarity : similarities) {
                sum += similarity;
            }
            return similarities.length == 0 ? 0 : sum / similarities.length;
        }
    };

    private final String label;

    NegativeWeighting(String label) {
        this.label = label;
    }

    /** The weighted mean of the similarities; 0 if there are none. */
    public abstract double average(double[] similarities, double temperature);

    /** The weighting's name in configurations. */
    public String label() {
        return label;
    }

    public static NegativeWeighting named(String label) {
        return Labels.find("negative weighting", label, values(), NegativeWeighting::label);
    }
}
