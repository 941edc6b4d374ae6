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
import embedrl.nn.PiecewiseAttention;
import embedrl.tensor.DType;
import embedrl.tensor.Program;
import embedrl.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prompts with given responses, packed for teacher forcing: only the rows of the hidden states that predict a response token reach the head. Every response
 * token has a slot; {@link #slot} tells which. Shorter and longer examples are packed apart. Where prompts have several responses each, what all prompts of a part
 * have at least (their first C tokens) is computed once a prompt.
 */
public final class ResponseBatch {
    private static final SequenceLayout.Rounding ROUNDING = new SequenceLayout.Rounding(8, 16, 8);
    private static final int SLOTS = 128;
    private static final int PREFIX = 4;          // C is a multiple of this
    private static final SequenceLayout.Rounding PREFIX_ROUNDING = new SequenceLayout.Rounding(2, PREFIX, 2);
    private static final int LIKE_LENGTHS = 16;   // prompts that differ by less are not packed apart

    /** A prompt and its response tokens. */
    public record Example(Sequence prompt, int[] response) {
        /** What a Reasoner wrote, as it wrote it. */
        public static Example of(Rollout rollout) {
            return new Example(rollout.prompt(), rollout.generation().tokens());
        }

        private Sequence whole() {
            return prompt.append(response);
        }
    }

    /**
     * Examples packed together.
     *
     * @param prefixes  the prompts' first C tokens, each prompt once; C = 0 where every example is computed alone
     * @param sequences what follows them in each example
     * @param slots     slots of the response tokens
     */
    public record Part(SequenceLayout prefixes, SequenceLayout sequences, int slots) {
        private static final SequenceLayout NONE = new SequenceLayout(0, 0, List.of());

        private boolean shares() {
            return prefixes.tokens() > 0;
        }
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
    private final List<Packed> packed = new ArrayList<>();
    private final int[] first;
    private final int[] targets;
    private final int[] at;   // row of each slot

    /** Inputs of a part: the prefixes (null where there are none), the prefix of each sequence, and the sequences. */
    private record Packed(PackedBatch prefixes, int[] prefixOf, PackedBatch sequences) {
    }

    private ResponseBatch(List<Example> examples, LanguageModelConfig config) {
        first = new int[examples.size()];
        List<Part> parts = new ArrayList<>();
        List<int[]> partTargets = new ArrayList<>();
        List<int[]> partRows = new ArrayList<>();
        int slots = 0;
        int row = 0;
        for (List<Integer> members : divided(examples)) {
            Part part = pack(members, examples, slots, row, config, partTargets, partRows);
            parts.add(part);
            slots += part.slots();
            row += rows(part.prefixes()) + rows(part.sequences());
        }
        layout = new Layout(parts);
        targets = partTargets.stream().flatMapToInt(Arrays::stream).toArray();
        at = partRows.stream().flatMapToInt(Arrays::stream).toArray();
    }

    /** Examples of each part; those of a prompt with several stay together, and prompts are divided into a shorter and a longer half. */
    private static List<List<Integer>> divided(List<Example> examples) {
        Map<Sequence, List<Integer>> byPrompt = byPrompt(IntStream.range(0, examples.size()).boxed().toList(), examples);
        if (2 * byPrompt.size() > examples.size()) return LengthHalves.of(examples.stream().map(Example::whole).toList());
        List<Sequence> prompts = byPrompt.keySet().stream().sorted(Comparator.comparingInt(Sequence::length)).toList();
        int half = prompts.size() / 2;
        if (half == 0 || prompts.getLast().length() - prompts.getFirst().length() < LIKE_LENGTHS) return List.of(IntStream.range(0, examples.size()).boxed().toList());
        return Stream.of(prompts.subList(0, half), prompts.subList(half, prompts.size()))
                .map(part -> part.stream().flatMap(prompt -> byPrompt.get(prompt).stream()).toList()).toList();
    }

    /** Members by their prompt; prompts are the same when they are the same arrays. */
    private static Map<Sequence, List<Integer>> byPrompt(List<Integer> members, List<Example> examples) {
        Map<Sequence, List<Integer>> byPrompt = new LinkedHashMap<>();
        for (int i : members) byPrompt.computeIfAbsent(examples.get(i).prompt(), _ -> new ArrayList<>()).add(i);
        return byPrompt;
    }

    /** C of a part: 0 where nothing is worth sharing. */
    private static int sharedTokens(Collection<Sequence> prompts, int examples) {
        if (2 * prompts.size() > examples) return 0;
        int shared = prompts.stream().mapToInt(Sequence::length).min().orElseThrow() / PREFIX * PREFIX;
        return prompts.stream().allMatch(prompt -> prompt.placeholdersEndBy(shared)) ? shared : 0;
    }

    private Part pack(List<Integer> members, List<Example> examples, int firstSlot, int firstRow, LanguageModelConfig config, List<int[]> partTargets,
                      List<int[]> partRows) {
        List<Sequence> prompts = List.copyOf(byPrompt(members, examples).keySet());
        int shared = sharedTokens(prompts, members.size());
        List<Sequence> prefixes = shared == 0 ? List.of() : prompts.stream().map(prompt -> prompt.first(shared)).toList();
        SequenceLayout prefixLayout = shared == 0 ? Part.NONE : SequenceLayout.of(prefixes, PREFIX_ROUNDING);
        List<Sequence> wholes = members.stream().map(i -> examples.get(i).whole()).toList();
        SequenceLayout rest = SequenceLayout.of(wholes, ROUNDING);
        if (shared > 0) rest = new SequenceLayout(rest.batch(), Math.max(1, rest.tokens() - shared), List.of());
        int tokens = members.stream().mapToInt(i -> examples.get(i).response().length).sum();
        Part part = new Part(prefixLayout, rest, Math.ceilDiv(Math.max(1, tokens), SLOTS) * SLOTS);
        int[] rows = new int[part.slots()];
        int[] ids = new int[part.slots()];
        int[] prefixOf = new int[rest.batch()];
        Arrays.fill(rows, -1);
        Arrays.fill(ids, -1);
        Arrays.fill(prefixOf, -1);
        Map<Sequence, Integer> numbers = new HashMap<>();
        for (int p = 0; p < prompts.size(); p++) numbers.put(prompts.get(p), p);
        int slot = 0;
        for (int b = 0; b < members.size(); b++) {
            Example example = examples.get(members.get(b));
            first[members.get(b)] = firstSlot + slot;
            prefixOf[b] = numbers.get(example.prompt());
            for (int r = 0; r < example.response().length; r++) {
                int at = example.prompt().length() - 1 + r;   // this state predicts response token r
                rows[slot] = firstRow + (at < shared ? prefixOf[b] * shared + at : rows(prefixLayout) + b * rest.tokens() + at - shared);
                ids[slot++] = example.response()[r];
            }
        }
        packed.add(new Packed(shared == 0 ? null : PackedBatch.of(prefixes, prefixLayout, config), prefixOf, PackedBatch.of(wholes, shared, rest, config)));
        partRows.add(rows);
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
            Tensor rows = hidden(model, layout).gather(Tensor.input("at", DType.INT32, layout.slots()));            // [N, D]
            Tensor targets = Tensor.input("targets", DType.INT32, layout.slots());
            Tensor logits = model.logits(rows);
            return new Graph(targets, logits, Losses.logProbabilities(logits, targets));
        }
    }

    /** Hidden states of all parts as rows, of each part those of the prefixes before those of the sequences. All layers' products see all rows at once. */
    private static Tensor hidden(LanguageModel model, Layout layout) {
        List<PackedInputs> inputs = new ArrayList<>();
        List<PiecewiseAttention.Piece> pieces = new ArrayList<>();
        for (int p = 0; p < layout.parts().size(); p++) {
            Part part = layout.parts().get(p);
            SequenceLayout rest = part.sequences();
            PackedInputs in = PackedInputs.of(prefix(p), rest, model.config());
            if (part.shares()) {
                SequenceLayout prefixes = part.prefixes();
                PackedInputs begin = PackedInputs.of(prefix(p) + "prefix.", prefixes, model.config());
                inputs.add(begin);
                pieces.add(new PiecewiseAttention.Piece(prefixes.batch(), prefixes.tokens(), begin.lengths()));
                Tensor prefixOf = Tensor.input(prefix(p) + "prefix_of", DType.INT32, rest.batch());
                pieces.add(new PiecewiseAttention.Piece(rest.batch(), rest.tokens(), in.lengths(), pieces.size() - 1, prefixOf));
            } else {
                pieces.add(new PiecewiseAttention.Piece(rest.batch(), rest.tokens(), in.lengths()));
            }
            inputs.add(in);
        }
        PiecewiseAttention attention = new PiecewiseAttention(pieces);
        return model.hidden(PackedInputs.joined(inputs), _ -> attention).reshape(-1, model.config().hiddenSize());
    }

    private static String prefix(int part) {
        return "part" + part + ".";
    }

    /** Sets the inputs that {@link Graph#of} recorded. */
    public void setOn(Program program) {
        int row = 0;
        for (int p = 0; p < packed.size(); p++) {
            Packed part = packed.get(p);
            if (part.prefixes() != null) {
                part.prefixes().setOn(program, prefix(p) + "prefix.", row);
                program.set(prefix(p) + "prefix_of", part.prefixOf());
                row += rows(part.prefixes().layout());
            }
            part.sequences().setOn(program, prefix(p), row);
            row += rows(part.sequences().layout());
        }
        program.set("at", at);
        if (program.has("targets")) program.set("targets", targets);
    }

    private static int rows(SequenceLayout layout) {
        return layout.batch() * layout.tokens();
    }
}
