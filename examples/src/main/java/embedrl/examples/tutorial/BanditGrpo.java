package embedrl.examples.tutorial;

import static embedrl.examples.tutorial.Expect.part;
import static embedrl.examples.tutorial.Expect.say;

import embedrl.embedrl.grpo.GrpoLoss;
import embedrl.embedrl.reward.GroupAdvantage;
import embedrl.nn.AdamW;
import embedrl.nn.Initializers;
import embedrl.nn.Losses;
import embedrl.nn.Module;
import embedrl.nn.StepResult;
import embedrl.nn.TrainStep;
import embedrl.nn.Training;
import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.Variable;
import module java.base;

/**
 * Lesson 6: group-relative policy optimization where everything fits on one page. A "prompt" is one of four machines, a "completion" is one of five levers,
 * and the policy is a table of scores. The loss and the advantages are the ones that train the Reasoner.
 */
public final class BanditGrpo {
    private static final int MACHINES = 4;
    private static final int LEVERS = 5;
    private static final int PULLS = 8;       // G, completions of each prompt
    private static final int STEPS = 150;
    private static final int SLOTS = MACHINES * PULLS;

    private BanditGrpo() {
    }

    /** One row of scores per machine; softmax makes them probabilities. All zero at first: every lever is as likely. */
    private static final class Policy extends Module {
        private final Variable scores = parameter("scores", Shape.of(MACHINES, LEVERS), Initializers.zeros());

        /** Log-probabilities of levers pulled on machines: INT32 [N], INT32 [N] → [N]. */
        Tensor logProbabilities(Tensor machines, Tensor levers) {
            return Losses.logProbabilities(scores.tensor().gather(machines), levers);
        }

        double probability(int machine, int lever) {
            HostTensor all = scores.tensor().softmax().eval();
            return all.floats()[machine * LEVERS + lever];
        }
    }

    private record Outcome(double firstReward, double lastReward, double kl, double bestLever) {
    }

    public static void main() {
        part("Without a leash");
        Outcome free = train(0, Seed.of(1));
        report(free);
        Expect.that(free.lastReward() > free.firstReward() + 0.4, "the reward rose by more than 0.4 (%.2f → %.2f)", free.firstReward(), free.lastReward());
        Expect.that(free.bestLever() > 0.9, "the policy pulls the best lever (probability %.3f)", free.bestLever());

        part("With a KL penalty to where it began");
        Outcome leashed = train(1.5f, Seed.of(1));
        report(leashed);
        Expect.that(leashed.lastReward() > leashed.firstReward() + 0.1, "the reward still rose (%.2f → %.2f)", leashed.firstReward(), leashed.lastReward());
        Expect.that(leashed.kl() < 0.5 && leashed.kl() < free.kl(), "and the policy stayed near its reference: KL %.3f instead of %.3f", leashed.kl(), free.kl());
    }

    private static void report(Outcome outcome) {
        say("mean reward %.3f → %.3f, KL %.3f, probability of the best levers %.3f", outcome.firstReward(), outcome.lastReward(), outcome.kl(), outcome.bestLever());
    }

    private static Outcome train(float klCoefficient, Seed seed) {
        Policy policy = new Policy();
        Tensor machines = input("machines", DType.INT32);
        Tensor levers = input("levers", DType.INT32);
        GrpoLoss.Config config = new GrpoLoss.Config(0.2f, 3, klCoefficient);
        GrpoLoss loss = GrpoLoss.of(policy.logProbabilities(machines, levers), input("old", DType.FLOAT32), input("reference", DType.FLOAT32),
                input("advantages", DType.FLOAT32), Tensor.full(Shape.of(SLOTS), 1), config);
        double first = 0;
        double last = 0;
        double kl = 0;
        try (Training training = Training.of(policy.parameters(), AdamW.with(0.05f), Executors.standard());
             TrainStep step = training.compile(loss.loss(), Map.of("kl", loss.kl()))) {
            for (int i = 0; i < STEPS; i++) {
                double reward = step(policy, step, seed.split(i));
                if (i < 10) first += reward / 10;
                if (i >= STEPS - 10) last += reward / 10;
            }
            kl = step.read("kl").item();
        }
        double best = 0;
        for (int m = 0; m < MACHINES; m++) best += policy.probability(m, m) / MACHINES;
        return new Outcome(first, last, kl, best);
    }

    /** Pulls, compares each pull with the other pulls of its machine, and updates; returns the mean reward. */
    private static double step(Policy policy, TrainStep step, Seed seed) {
        float[] probabilities = policy.scores.tensor().softmax().eval().floats();
        int[] machines = new int[SLOTS];
        int[] levers = new int[SLOTS];
        float[] old = new float[SLOTS];
        float[] advantages = new float[SLOTS];
        float[] reference = new float[SLOTS];
        double total = 0;
        for (int m = 0; m < MACHINES; m++) {
            double[] rewards = new double[PULLS];
            for (int p = 0; p < PULLS; p++) {
                int slot = m * PULLS + p;
                machines[slot] = m;
                levers[slot] = draw(probabilities, m * LEVERS, seed.uniform(slot));
                old[slot] = (float) Math.log(probabilities[m * LEVERS + levers[slot]]);
                reference[slot] = (float) Math.log(1.0 / LEVERS);                    // the frozen first policy
                rewards[p] = (levers[slot] == m ? 1 : 0.2) + 0.1 * seed.split("noise").normal(slot);
                total += rewards[p] / SLOTS;
            }
            // No value function: the group's mean is what a pull is measured against.
            double[] group = GroupAdvantage.DEFAULTS.of(rewards);
            for (int p = 0; p < PULLS; p++) advantages[m * PULLS + p] = (float) group[p];
        }
        StepResult result = step.set("machines", machines).set("levers", levers).set("old", old).set("reference", reference).set("advantages", advantages).run();
        if (!Float.isFinite(result.loss())) throw new LessonFailure("the loss is " + result.loss());
        return total;
    }

    private static int draw(float[] probabilities, int from, double u) {
        for (int i = 0; i < LEVERS - 1; i++) {
            u -= probabilities[from + i];
            if (u < 0) return i;
        }
        return LEVERS - 1;
    }

    private static Tensor input(String name, DType type) {
        return Tensor.input(name, type, SLOTS);
    }
}
