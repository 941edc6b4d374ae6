package embedrl.embedrl.reward;

import embedrl.embedrl.tcot.FormatCheck;
import embedrl.embedrl.tcot.TCotOptions;
import embedrl.embedrl.tcot.Visual;

/** 1 for a completion that keeps the T-CoT format, 0 for one that does not (Embed-RL, format reward). */
public final class FormatReward {

    private final FormatCheck check;
    private final TCotOptions options;

    public FormatReward(FormatCheck check, TCotOptions options) {
        this.check = check;
        this.options = options;
    }

    public double of(String completion, Visual visual) {
        return check.accepts(completion, visual, options) ? 1 : 0;
    }
}
