package embedrl.models.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.models.input.SequenceLayout.Group;
import embedrl.models.input.SequenceLayout.Rounding;
import embedrl.models.qwen3vl.Qwen3VlConfig;
import embedrl.models.qwen3vl.TextConfig;
import embedrl.models.qwen3vl.VisionConfig;
import embedrl.nn.RotaryAngles;
import embedrl.tensor.Executors;
import embedrl.tensor.Program;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackedBatchTest {
    private static final int PAD = 9;
    // Patches of one number each would not be patches: 3 channels, 1 frame, 1 pixel make 3 numbers.
    private static final Qwen3VlConfig CONFIG = new Qwen3VlConfig(new TextConfig(10, 8, 8, 1, 1, 1, 8, 1e-6f, 10_000, List.of(2, 1, 1)),
            new VisionConfig(1, 8, 8, 1, 1, 1, 2, 8, 4, List.of()), true);

    private static VisualInput image(int rows, int columns, int first) {
        float[] patches = new float[3 * rows * columns];
        for (int i = 0; i < patches.length; i++) patches[i] = first + i;
        return new VisualInput(rows, columns, patches);
    }

    private static Program read(PackedBatch batch, String prefix) {
        PackedInputs in = PackedInputs.of(prefix, batch.layout(), CONFIG);
        Program.Builder builder = Program.builder().output("tokens", in.tokens()).output("lengths", in.lengths()).output("cos", in.cos()).output("sin", in.sin());
        if (in.visualAt() != null) builder.output("visual_at", in.visualAt());
        for (PackedInputs.Group group : in.visuals()) builder.output(group.rows() + "x" + group.columns(), group.patches());
        Program program = builder.compile(Executors.open("reference", 1));
        batch.setOn(program, prefix);
        program.run();
        return program;
    }

    @Test
    void tokensStandAtTheLeftAndPlaceholdersAndPaddingAreNegative() {
        List<Sequence> sequences = List.of(new Sequence(new int[] {1, 2, 3}, PAD, List.of()), new Sequence(new int[] {4, PAD}, PAD, List.of(image(2, 2, 0))));
        PackedBatch batch = PackedBatch.of(sequences, new SequenceLayout(3, 4, List.of(new Group(2, 2, 1))), CONFIG);
        try (Program program = read(batch, "q_")) {
            assertThat(program.read("tokens").ints()).containsExactly(1, 2, 3, -1, 4, -1, -1, -1, -1, -1, -1, -1);
            assertThat(program.read("lengths").ints()).containsExactly(3, 2, 0);
            assertThat(program.read("visual_at").ints()).containsExactly(5);
        }
        assertThat(batch.length(1)).isEqualTo(2);
        assertThat(batch.next(0)).isEqualTo(3);
        assertThat(batch.next(1)).isEqualTo(2);
    }

    @Test
    void eachImageLandsInItsGroupAndItsTokensAtItsPlaceholders() {
        VisualInput wide = image(2, 4, 100);
        VisualInput small = image(2, 2, 200);
        VisualInput other = image(2, 2, 300);
        List<Sequence> sequences = List.of(new Sequence(new int[] {PAD, PAD, 1, PAD}, PAD, List.of(wide, small)), new Sequence(new int[] {2, 3, PAD}, PAD, List.of(other)));
        PackedBatch batch = PackedBatch.of(sequences, SequenceLayout.of(sequences, new Rounding(1, 1, 3)), CONFIG);
        try (Program program = read(batch, "")) {
            // Groups in order: three images of 2 × 2 (one visual token each), three of 2 × 4 (two tokens each); unused ones at −1.
            assertThat(program.read("visual_at").ints()).containsExactly(3, 6, -1, 0, 1, -1, -1, -1, -1);
            float[] squares = program.read("2x2").floats();
            assertThat(Arrays.copyOfRange(squares, 0, 12)).isEqualTo(small.patches());
            assertThat(Arrays.copyOfRange(squares, 12, 24)).isEqualTo(other.patches());
            assertThat(Arrays.copyOfRange(squares, 24, 36)).containsOnly(0);
            assertThat(Arrays.copyOfRange(program.read("2x4").floats(), 0, 24)).isEqualTo(wide.patches());
        }
    }

    @Test
    void anglesAreThoseOfThePositions() {
        Sequence sequence = new Sequence(new int[] {1, PAD, PAD, 2}, PAD, List.of(image(2, 4, 0)));
        RotaryAngles angles = CONFIG.text().angles(new int[] {0, 1, 1, 3, 0, 0, 1, 1, 3, 0, 0, 1, 2, 3, 0});
        try (Program program = read(PackedBatch.of(List.of(sequence), new SequenceLayout(1, 5, List.of(new Group(2, 4, 1))), CONFIG), "")) {
            assertThat(program.read("cos").floats()).isEqualTo(angles.cos());
            assertThat(program.read("sin").floats()).isEqualTo(angles.sin());
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Sequence text = new Sequence(new int[] {1, 2, 3}, PAD, List.of());
        Sequence image = new Sequence(new int[] {PAD}, PAD, List.of(image(2, 2, 0)));
        SequenceLayout two = new SequenceLayout(2, 2, List.of(new Group(2, 2, 1)));
        assertThatThrownBy(() -> PackedBatch.of(List.of(image, image, image), two, CONFIG)).hasMessageContaining("3 sequences do not fit");
        assertThatThrownBy(() -> PackedBatch.of(List.of(text), two, CONFIG)).hasMessageContaining("3 tokens does not fit");
        assertThatThrownBy(() -> PackedBatch.of(List.of(image, image), two, CONFIG)).hasMessageContaining("more images of 2 × 2 patches");
        assertThatThrownBy(() -> PackedBatch.of(List.of(image), new SequenceLayout(1, 1, List.of()), CONFIG)).hasMessageContaining("more images");
    }

    @Test
    void patchesOfAnotherWidthAreRefused() {
        Sequence wrong = new Sequence(new int[] {PAD}, PAD, List.of(new VisualInput(2, 2, new float[4 * 5])));
        assertThatThrownBy(() -> PackedBatch.of(List.of(wrong), SequenceLayout.of(List.of(wrong), Rounding.EXACT), CONFIG))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("patches are 5 wide").hasMessageContaining("3");
    }

    @Test
    void aGridThatDoesNotDivideIntoVisualTokensIsRefused() {
        Sequence wrong = new Sequence(new int[] {PAD}, PAD, List.of(new VisualInput(2, 3, new float[3 * 6])));
        assertThatThrownBy(() -> PackedBatch.of(List.of(wrong), SequenceLayout.of(List.of(wrong), Rounding.EXACT), CONFIG))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("2 × 3");
    }
}
