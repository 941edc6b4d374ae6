package embedrl.embedrl.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import embedrl.embedrl.compact.TinyStudy;
import embedrl.models.input.PackedInputs;
import embedrl.models.input.SequenceLayout;
import embedrl.models.input.VisualInput;
import embedrl.models.qwen3vl.Qwen3Vl;
import embedrl.nn.AdamW;
import embedrl.nn.StepResult;
import embedrl.nn.Training;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VisionPretrainingTest {
    private static final int[] NAMES = {300, 301, 302, 303};
    private static final int[] COLORS = {310, 311};
    private static final String WORDS = "model.language_model.embed_tokens.weight";

    private final Qwen3Vl model = TinyStudy.MODELS.model(Seed.of(7));

    private static VisualInput image(int rows, int columns, int seed) {
        Seed values = Seed.of(seed);
        int count = rows * columns * TinyStudy.MODELS.model(Seed.of(1)).config().vision().patchWidth();
        float[] patches = new float[count];
        for (int i = 0; i < count; i++) patches[i] = (float) values.normal(i);
        return new VisualInput(rows, columns, patches);
    }

    /** Two grids; the visual tokens of an image know some names and colors. */
    private static List<LabeledImage> images() {
        return List.of(new LabeledImage(image(4, 4, 1), new int[][] {{300, -1, 303, 301}, {-1, -1, 311, 310}}),
                new LabeledImage(image(2, 2, 2), new int[][] {{302}, {-1}}),
                new LabeledImage(image(4, 4, 3), new int[][] {{-1, 301, 300, -1}, {310, 310, -1, 311}}),
                new LabeledImage(image(2, 2, 4), new int[][] {{300}, {311}}));
    }

    private StepResult step(List<LabeledImage> images) {
        Qwen3Vl fresh = TinyStudy.MODELS.copy(model);
        try (Training training = Training.of(fresh.parameters(), AdamW.with(1e-3f), TinyStudy.EXECUTOR);
             VisionPretraining pretraining = new VisionPretraining(fresh, training, List.of(NAMES, COLORS))) {
            return pretraining.step(images, 1e-3f);
        }
    }

    /** Visual tokens of one image alone, [tokens, D]. */
    private float[] tokens(VisualInput image) {
        SequenceLayout layout = new SequenceLayout(1, 1, List.of(new SequenceLayout.Group(image.rows(), image.columns(), 1)));
        try (Program program = Program.builder().output("tokens", model.visualTokens(PackedInputs.of("", layout, model.config()))).compile(TinyStudy.EXECUTOR)) {
            program.set(PackedInputs.patchesName(layout.visuals().getFirst()), image.patches()).run();
            return program.read("tokens").floats();
        }
    }

    /** Mean cross-entropy over the labeled tokens of all images, in double. */
    private double byHand(List<LabeledImage> images, int set, int[] words) {
        float[] table = model.parameters().get(WORDS).value().floats();
        int width = model.config().text().hiddenSize();
        double loss = 0;
        int count = 0;
        for (LabeledImage image : images) {
            float[] tokens = tokens(image.image());
            for (int t = 0; t < image.labels()[set].length; t++) {
                int label = image.labels()[set][t];
                if (label < 0) continue;
                double sum = 0;
                double own = 0;
                for (int word : words) {
                    double logit = 0;
                    for (int d = 0; d < width; d++) logit += (double) tokens[t * width + d] * table[word * width + d];
                    sum += Math.exp(logit);
                    if (word == label) own = logit;
                }
                loss += Math.log(sum) - own;
                count++;
            }
        }
        return loss / count;
    }

    @Test
    void theLossIsTheMeanOverLabeledTokensOfEachSet() {
        StepResult result = step(images());
        double names = byHand(images(), 0, NAMES);
        double colors = byHand(images(), 1, COLORS);
        assertThat((double) result.metrics().get("loss_0")).isCloseTo(names, within(1e-4));
        assertThat((double) result.metrics().get("loss_1")).isCloseTo(colors, within(1e-4));
        assertThat((double) result.loss()).isCloseTo(names + colors, within(1e-4));
    }

    @Test
    void imagesWithoutLabelsDoNotCountAndTheOrderDoesNotMatter() {
        float loss = step(images()).loss();
        assertThat(step(images().reversed()).loss()).isCloseTo(loss, within(1e-5f));
        List<LabeledImage> more = new ArrayList<>(images());
        more.add(1, new LabeledImage(image(4, 4, 9), VisionPretraining.noLabels(2, 4)));
        assertThat(step(more).loss()).isCloseTo(loss, within(1e-5f));
        StepResult unlabeled = step(List.of(new LabeledImage(image(4, 4, 9), VisionPretraining.noLabels(2, 4))));
        assertThat(unlabeled.loss()).isZero();
        assertThat(unlabeled.gradientNorm()).isZero();
    }

    @Test
    void noLabelsAreMinusOneEverywhere() {
        assertThat(VisionPretraining.noLabels(2, 3)).isDeepEqualTo(new int[][] {{-1, -1, -1}, {-1, -1, -1}});
    }

    @Test
    void aLabelOutsideItsSetIsAnError() {
        LabeledImage wrong = new LabeledImage(image(2, 2, 1), new int[][] {{310}, {-1}});
        assertThatThrownBy(() -> step(List.of(wrong))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("310").hasMessageContaining("set 0");
    }

    /** The head is the word embedding: the rows of the sets move with the tower, all else stays bit for bit. */
    @Test
    void towerAndWordsLearnWhileTheRestStays() {
        Map<String, HostTensor> before = model.state();
        float first = 0;
        float last = 0;
        try (Training training = Training.of(model.parameters(), AdamW.with(2e-3f), TinyStudy.EXECUTOR);
             VisionPretraining pretraining = new VisionPretraining(model, training, List.of(NAMES, COLORS))) {
            for (int step = 0; step < 20; step++) {
                last = pretraining.step(images(), 2e-3f).loss();
                if (step == 0) first = last;
            }
        }
        assertThat(last).isLessThan(0.5f * first);
        Map<String, HostTensor> after = model.state();
        int width = model.config().text().hiddenSize();
        int[] learned = IntStream.concat(Arrays.stream(NAMES), Arrays.stream(COLORS)).toArray();
        float[] old = before.get(WORDS).floats();
        float[] now = after.get(WORDS).floats();
        for (int word = 0; word < model.config().text().vocabSize(); word++) {
            int id = word;
            boolean same = Arrays.equals(old, word * width, (word + 1) * width, now, word * width, (word + 1) * width);
            assertThat(same).as("row %s", word).isEqualTo(Arrays.stream(learned).noneMatch(l -> l == id));
        }
        boolean towerMoved = false;
        for (String name : before.keySet()) {
            boolean same = Arrays.equals(before.get(name).floats(), after.get(name).floats());
            if (name.startsWith("model.language_model") && !name.equals(WORDS)) assertThat(same).as(name).isTrue();
            if (name.startsWith("model.visual")) towerMoved |= !same;
        }
        assertThat(towerMoved).isTrue();
    }
}
