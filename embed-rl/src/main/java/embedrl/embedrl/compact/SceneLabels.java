package embedrl.embedrl.compact;

import embedrl.datasets.scenes.Art;
import embedrl.datasets.scenes.Cell;
import embedrl.datasets.scenes.Placed;
import embedrl.datasets.scenes.Scene;
import embedrl.datasets.scenes.ScenePainter;
import embedrl.datasets.scenes.Split;
import embedrl.datasets.scenes.Splits;
import embedrl.datasets.scenes.Thing;
import embedrl.embedrl.train.LabeledImage;
import embedrl.embedrl.train.VisionPretraining;
import embedrl.models.input.VisualInput;
import embedrl.models.message.TwoSizeImages;
import embedrl.tensor.Seed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Labeled scenes and tiles for vision pre-training: each visual token's name, color and cell. Only combinations of the training split. */
final class SceneLabels {
    private static final int FULL = 8;

    private final ScenePainter painter;
    private final TwoSizeImages images;
    private final CompactVocabulary vocabulary;
    private final List<Thing> things;
    private final Map<String, Integer> nameIds = new HashMap<>();

    SceneLabels(ScenePainter painter, Splits splits, Art art, TwoSizeImages images, CompactVocabulary vocabulary) {
        this.painter = painter;
        this.images = images;
        this.vocabulary = vocabulary;
        this.things = splits.asked(Split.TRAIN);
        int[] names = vocabulary.names();
        for (int i = 0; i < names.length; i++) nameIds.put(art.training().get(i).name(), names[i]);
    }

    /** The label sets: names, colors, cells. */
    List<int[]> sets() {
        return List.of(vocabulary.names(), vocabulary.colors(), vocabulary.cells());
    }

    /** A canvas with eight things; the cells without a thing are labeled as places only. */
    LabeledImage scene(Seed seed) {
        List<Cell> cells = new ArrayList<>(Cell.ALL);
        List<Thing> drawn = new ArrayList<>(things);
        shuffle(cells, seed.split("cells"));
        shuffle(drawn, seed.split("things"));
        List<Placed> placed = new ArrayList<>();
        Map<String, Boolean> used = new HashMap<>();
        for (Thing thing : drawn) {
            if (placed.size() == FULL) break;
            if (used.put(thing.concept(), true) == null) placed.add(new Placed(thing, cells.get(placed.size())));
        }
        Scene scene = new Scene(placed);
        VisualInput input = images.subject(painter.scene(scene));
        int[][] labels = VisionPretraining.noLabels(3, Cell.ALL.size());
        for (int t = 0; t < Cell.ALL.size(); t++) labels[2][t] = vocabulary.cells()[t];   // merged tokens run row by row, like the cells
        for (Placed item : placed) label(labels, item.cell().row() * Cell.GRID + item.cell().column(), item.thing());
        return new LabeledImage(input, labels);
    }

    /** One thing at full resolution: all of its visual tokens carry its name and color. */
    LabeledImage tile(Seed seed) {
        Thing thing = things.get(seed.below(things.size(), 0));
        VisualInput input = images.evidence(painter.tile(thing, ScenePainter.CELL));
        int tokens = input.rows() * input.columns() / 4;
        int[][] labels = VisionPretraining.noLabels(3, tokens);
        for (int t = 0; t < tokens; t++) label(labels, t, thing);
        return new LabeledImage(input, labels);
    }

    private void label(int[][] labels, int token, Thing thing) {
        labels[0][token] = nameIds.get(thing.concept());
        labels[1][token] = vocabulary.colors()[thing.color().ordinal()];
    }

    private static <T> void shuffle(List<T> list, Seed seed) {
        for (int i = list.size() - 1; i > 0; i--) Collections.swap(list, i, seed.below(i + 1, i));
    }
}
