package embedrl.embedrl.train;

import embedrl.models.Reasoner.Rollout;
import embedrl.models.decoder.LanguageModel;
import embedrl.models.decoder.LanguageModelConfig;
import embedrl.models.input.LengthHalves;
import embedrl.models.input.PackedBatch;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.Sequence;
import embedrl.models.input.SequenceLayout;
import embedrl.nn.Losses;
import embedrl.tensor.DType;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Prompts with given responses, packed for teacher forcing: only the rows of the hidden states that predict a response token reach the head. Every response
 * token has a slot; {@link #slot} tells which. Shorter and longer examples are packed apart.
 */
public final class ResponseBatch {
    private static final SequenceLayout.Rounding ROUNDING = new SequenceLayout.Rounding(8, 16, 8);
    private static final int SLOTS = 128;

    /** A prompt and its response tokens. */
    public record Example(Sequence prompt, int[] response) {
        /** What a Reasoner wrote, as it wrote it. */
        public static Example of(Rollout rollout) {
            return new Example(rollout.prompt(), rollout.generation().tokens());
        }
    }

    /** Examples packed together, and how many slots their response tokens have. */
    public record Part(SequenceLayout sequences, int slots) {
    }

    /** Sizes for which a program is compiled. */
    public record Layout(List<Part> parts) {
        public Layout {
            parts = List.copyOf(parts);
        }

        /** Slots of all parts, N. */
        public int slots() {
            return parts.stream().mapToInt(Part::slots).sum();
        }
    }

    private final Layout layout;
    private final List<PackedBatch> packed = new ArrayList<>();
    private final List<int[]> at = new ArrayList<>();
    private final int[] first;
    private final int[] targets;

    private ResponseBatch(List<Example> examples, LanguageModelConfig config) {
        List<Sequence> sequences = examples.stream().map(e -> e.prompt().append(e.response())).toList();
        first = new int[examples.size()];
        List<Part> parts = new ArrayList<>();
        List<int[]> partTargets = new ArrayList<>();
        int slots = 0;
        for (List<Integer> members : LengthHalves.of(sequences)) {
            Part part = pack(members, examples, sequences, slots, config, partTargets);
            parts.add(part);
            slots += part.slots();
        }
        layout = new Layout(parts);
        targets = partTargets.stream().flatMapToInt(Arrays::stream).toArray();
    }

    private Part pack(List<Integer> members, List<Example> examples, List<Sequence> sequences, int firstSlot, LanguageModelConfig config, List<int[]> partTargets) {
        int tokens = members.stream().mapToInt(i -> examples.get(i).response().length).sum();
        List<Sequence> mine = members.stream().map(sequences::get).toList();
        Part part = new Part(SequenceLayout.of(mine, ROUNDING), Math.ceilDiv(Math.max(1, tokens), SLOTS) * SLOTS);
        int[] rows = new int[part.slots()];
        int[] ids = new int[part.slots()];
        Arrays.fill(rows, -1);
        Arrays.fill(ids, -1);
        int slot = 0;
        for (int b = 0; b < members.size(); b++) {
            Example example = examples.get(members.get(b));
            first[members.get(b)] = firstSlot + slot;
            int row = b * part.sequences().tokens() + example.prompt().length() - 1;   // this state predicts the first response token
            for (int token : example.response()) {
                rows[slot] = row++;
                ids[slot++] = token;
            }
        }
        packed.add(PackedBatch.of(mine, part.sequences(), config));
        at.add(rows);
        partTargets.add(ids);
        return part;
    }

    public static ResponseBatch of(List<Example> examples, LanguageModelConfig config) {
        return new ResponseBatch(examples, config);
    }

    public Layout layout() {
        return layout;
    }

    /** Slot of a response token of an example. */
    public int slot(int example, int token) {
        return first[example] + token;
    }

    /** Token of each slot; −1 where there is none. */
    public int[] targets() {
        return targets;
    }

    /** What a program over a layout computes on: logits and log-probabilities of the response tokens. */
    public record Graph(Tensor targets, Tensor logits, Tensor logProbabilities) {
        /** Records the model on a layout: targets INT32 [N], logits [N, V], logProbabilities [N] (0 in unused slots), N = layout.slots(). */
        public static Graph of(LanguageModel model, Layout layout) {
            List<Tensor> rows = new ArrayList<>();
            for (int p = 0; p < layout.parts().size(); p++) {
                Part part = layout.parts().get(p);
                PackedInputs in = PackedInputs.of(prefix(p), part.sequences(), model.config());
                Tensor at = Tensor.input(prefix(p) + "at", DType.INT32, part.slots());
                rows.add(model.hidden(in).reshape(-1, model.config().hiddenSize()).gather(at));                     // [slots, D]
            }
            Tensor targets = Tensor.input("targets", DType.INT32, layout.slots());
            Tensor logits = model.logits(rows.size() == 1 ? rows.getFirst() : Tensor.concat(0, rows.toArray(Tensor[]::new)));
            return new Graph(targets, logits, Losses.logProbabilities(logits, targets));
        }
    }

    private static String prefix(int part) {
        return "part" + part + ".";
    }

    /** Sets the inputs that {@link Graph#of} recorded. */
    public void setOn(Program program) {
        for (int p = 0; p < packed.size(); p++) {
            packed.get(p).setOn(program, prefix(p));
            program.set(prefix(p) + "at", at.get(p));
        }
        if (program.has("targets")) program.set("targets", targets);
    }
}
