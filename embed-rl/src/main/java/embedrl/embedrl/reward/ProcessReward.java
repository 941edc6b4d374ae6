package embedrl.embedrl.reward;

/** What a rollout earns from the judge's choice (Embed-RL, process reward). */
public final class ProcessReward {

    private final ProcessPayoff payoff;

    public ProcessReward(ProcessPayoff payoff) {
        this.payoff = payoff;
    }

    /** The payoff if the judge chose one of the rollout's positives, else 0. */
    public double of(boolean hit, double margin) {
        return hit ? payoff.of(margin) : 0;
    }
}
