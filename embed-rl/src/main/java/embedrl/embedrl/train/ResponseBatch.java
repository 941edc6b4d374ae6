package embedrl.embedrl.train;

import embedrl.models.Reasoner.Rollout;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.models.qwen3vl.PackedBatch;
import embedrl.models.qwen3vl.PackedInputs;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.nn.Losses;
import embedrl.tensor.DType;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prompts with given responses, packed for teacher forcing: only the rows of the hidden states that predict a response token reach the head. Slot
 * b·R + r belongs to response token r of row b.
 */
public final class ResponseBatch {
    private static final SequenceLayout.Rounding ROUNDING = new SequenceLayout.Rounding(8, 16, 8);

    /** A prompt and its response tokens. */
    public record Example(Sequence prompt, int[] response) {
        /** What a Reasoner wrote, as it wrote it. */
        public static Example of(Rollout rollout) {
            return new Example(rollout.prompt(), rollout.generation().tokens());
        }
    }

    /** Sizes for which a program is compiled: packed rows, and response tokens R per row. */
    public record Layout(SequenceLayout sequences, int response) {
        /** Slots of all rows. */
        public int slots() {
            return sequences.batch() * response;
        }
    }

    private final Layout layout;
    private final PackedBatch packed;
    private final int[] at;
    private final int[] targets;

    private ResponseBatch(List<Example> examples, Qwen3VlConfig config) {
        List<Sequence> sequences = new ArrayList<>(examples.size());
        int longest = 1;
        for (Example example : examples) {
            sequences.add(example.prompt().append(example.response()));
            longest = Math.max(longest, example.response().length);
        }
        layout = new Layout(SequenceLayout.of(sequences, ROUNDING), Math.ceilDiv(longest, 8) * 8);
        packed = PackedBatch.of(sequences, layout.sequences(), config);
        at = new int[layout.slots()];
        targets = new int[layout.slots()];
        Arrays.fill(at, -1);
        Arrays.fill(targets, -1);
        for (int b = 0; b < examples.size(); b++) {
            int[] response = examples.get(b).response();
            int first = b * layout.sequences().tokens() + examples.get(b).prompt().length() - 1;
            for (int r = 0; r < response.length; r++) {
                at[b * layout.response() + r] = first + r;
                targets[b * layout.response() + r] = response[r];
            }
        }
    }

    public static ResponseBatch of(List<Example> examples, Qwen3VlConfig config) {
        return new ResponseBatch(examples, config);
    }

    public Layout layout() {
        return layout;
    }

    /** Token of each slot; −1 where there is none. */
    public int[] targets() {
        return targets;
    }

    /** What a program over a layout computes on: hidden rows, logits and log-probabilities of the response tokens. */
    public record Graph(Tensor targets, Tensor logits, Tensor logProbabilities) {
        /** Records the model on a layout: targets INT32 [N], logits [N, V], logProbabilities [N] (0 in unused slots), N = layout.slots(). */
        public static Graph of(Qwen3Vl model, Layout layout) {
            PackedInputs in = PackedInputs.of("", layout.sequences(), model.config());
            Tensor at = Tensor.input("at", DType.INT32, layout.slots());
            Tensor targets = Tensor.input("targets", DType.INT32, layout.slots());
            Tensor rows = model.hidden(in).reshape(-1, model.config().text().hiddenSize()).gather(at);                     // [N, D]
            Tensor logits = model.logits(rows);
            return new Graph(targets, logits, Losses.logProbabilities(logits, targets));
        }
    }

    /** Sets the inputs that {@link Graph#of} recorded. */
    public void setOn(Program program) {
        packed.setOn(program, "");
        program.set("at", at);
        if (program.has("targets")) program.set("targets", targets);
    }
}
