package embedrl.models.generation;

/**
 * One sampled continuation.
 *
 * @param prompt           index of its prompt
 * @param sample           index among the samples of the prompt
 * @param tokens           the tokens, with the end token last where one was drawn
 * @param logProbabilities log-probability of each token under the model at temperature 1 (natural logarithm)
 * @param finished         whether the end token was drawn before the limit
 */
public record Generation(int prompt, int sample, int[] tokens, float[] logProbabilities, boolean finished) {
    public int length() {
        return tokens.length;
    }
}
