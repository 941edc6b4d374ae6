package embedrl.datasets.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.datasets.Box;
import embedrl.datasets.Item;
import embedrl.datasets.Kind;
import embedrl.datasets.Pair;
import embedrl.datasets.Pixels;
import embedrl.datasets.RetrievalQuery;
import embedrl.datasets.RetrievalTask;
import embedrl.datasets.Trace;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class FamiliesTest {
    private static final SceneFamilies FAMILIES = new SceneFamilies(new IconArt());
    static final List<String> NAMES = SceneFamilies.NAMES;

    private static Family open(String name, Split split) {
        return FAMILIES.open(name, split, 7, 1L << 40);
    }

    private static boolean same(Item a, Item b) {
        boolean same = a.id().equals(b.id()) && a.kind() == b.kind() && a.text().equals(b.text()) && a.trace().equals(b.trace())
                && a.visuals().size() == b.visuals().size();
        for (int i = 0; same && i < a.visuals().size(); i++) {
            same = Arrays.equals(SceneTest.pixels(a.visuals().get(i)), SceneTest.pixels(b.visuals().get(i)));
        }
        return same;
    }

    private static List<String> words(Item item) {
        List<String> words = new ArrayList<>(Arrays.asList(item.text().split(" ")));
        Trace trace = item.trace();
        words.addAll(trace.keywords());
        for (String part : List.of(trace.thinking(), trace.rethink(), trace.answer())) {
            words.addAll(Arrays.asList(part.split(" ")));
        }
        words.removeIf(String::isEmpty);
        return words;
    }

    /** Returns all runs of two words. */
    private static Set<String> neighbors(String text) {
        String[] words = text.split(" ");
        Set<String> neighbors = new HashSet<>();
        for (int i = 1; i < words.length; i++) {
            neighbors.add(words[i - 1] + " " + words[i]);
        }
        return neighbors;
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void pairsDependOnSeedSplitAndIndexAlone(String name) {
        Family forward = open(name, Split.TRAIN);
        Family again = new SceneFamilies(new IconArt()).open(name, Split.TRAIN, 7, 1L << 40);
        List<Pair> pairs = new ArrayList<>();
        for (long i = 0; i < 10; i++) {
            pairs.add(forward.pair(i));
        }
        for (int i = 9; i >= 0; i--) {
            Pair pair = again.pair(i);
            assertThat(pair.id()).isEqualTo(pairs.get(i).id()).isEqualTo(name + "/train/" + i);
            assertThat(pair.dataset()).isEqualTo(name);
            assertThat(same(pair.query(), pairs.get(i).query())).isTrue();
            assertThat(same(pair.target(), pairs.get(i).target())).isTrue();
        }
        Set<String> other = new HashSet<>();
        Set<String> ids = new HashSet<>();
        for (long i = 0; i < 30; i++) {
            ids.add(forward.pair(i).query().id());
            other.add(FAMILIES.open(name, Split.TRAIN, 8, 100).pair(i).query().id());
        }
        assertThat(ids).hasSizeGreaterThan(27).isNotEqualTo(other);
        assertThat(forward.pair((1L << 40) - 1).id()).endsWith("/1099511627775");
        assertThatThrownBy(() -> forward.pair(1L << 40)).isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("must be in 0…1099511627775");
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void wordsTracesAndTargetIdsHoldInEverySplit(String name) {
        Set<String> vocabulary = new HashSet<>(FAMILIES.vocabulary());
        for (Split split : Split.values()) {
            Family family = open(name, split);
            for (long i = 0; i < 60; i++) {
                Pair pair = family.pair(i);
                assertThat(family.targetId(i)).isEqualTo(pair.target().id());
                assertThat(pair.query().id()).isNotEqualTo(pair.target().id());
                for (Item item : List.of(pair.query(), pair.target())) {
                    assertThat(vocabulary).containsAll(words(item));
                    assertThat(item.trace().fits(item.kind())).isTrue();
                    int length = words(item).size() - (int) Arrays.stream(item.text().split(" ")).filter(word -> !word.isEmpty()).count()
                            + 4 * item.trace().boxes().size() + item.trace().keyFrames().size();
                    assertThat(length).as("length of %s", item.trace()).isLessThanOrEqualTo(24);
                }
                assertThat(pair.query().trace().answer()).isEqualTo(pair.target().trace().answer());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void heldOutThingsNeverShowInTraining(String name) {
        Splits splits = FAMILIES.splits();
        for (Split split : List.of(Split.TRAIN, Split.UNSEEN_SCENES)) {
            Family family = open(name, split);
            List<Item> items = new ArrayList<>();
            for (long i = 0; i < 150; i++) {
                items.add(family.pair(i).query());
                items.add(family.pair(i).target());
            }
            family.task(20).queries().forEach(query -> items.addAll(query.candidates()));
            Set<String> phrases = new HashSet<>();
            Set<String> facts = new HashSet<>();
            for (Split other : List.of(Split.UNSEEN_COMBINATIONS, Split.UNSEEN_CONCEPTS)) {
                for (Thing thing : splits.asked(other)) {
                    phrases.add(thing.phrase());
                    facts.add(thing.facts());
                }
            }
            for (Item item : items) {
                assertThat(neighbors(item.id() + " | " + item.text() + " | " + item.trace().answer())).doesNotContainAnyElementsOf(phrases);
                assertThat(neighbors(item.trace().rethink())).doesNotContainAnyElementsOf(facts);
            }
        }
        for (Split split : List.of(Split.UNSEEN_COMBINATIONS, Split.UNSEEN_CONCEPTS)) {
            Family family = open(name, split);
            for (long i = 0; i < 50; i++) {
                Pair pair = family.pair(i);
                String facts = " " + pair.query().trace().rethink() + " ";
                assertThat(splits.asked(split)).as(facts).anyMatch(thing -> facts.contains(" " + thing.facts() + " "));
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void imagesOfUnseenScenesAreNotInTraining(String name) {
        Set<String> training = new HashSet<>();
        Family train = open(name, Split.TRAIN);
        Family unseen = FAMILIES.open(name, Split.UNSEEN_SCENES, 12345, 1000);
        for (long i = 0; i < 500; i++) {
            Pair pair = train.pair(i);
            if (!pair.query().visuals().isEmpty()) {
                training.add(pair.query().id().split(" \\|")[0]);
            }
            if (!pair.target().visuals().isEmpty() && !name.equals("grounding")) {
                training.add(pair.target().id());
            }
        }
        for (long i = 0; i < 150; i++) {
            Pair pair = unseen.pair(i);
            assertThat(training).doesNotContain(pair.query().id().split(" \\|")[0]);
            if (!name.equals("grounding")) {
                assertThat(training).doesNotContain(pair.target().id());
            }
        }
    }

    @ParameterizedTest
    @FieldSource("NAMES")
    void tasksHoldThePositiveAndDistinctDistractors(String name) {
        for (Split split : Split.values()) {
            Family family = open(name, split);
            RetrievalTask task = family.task(12);
            assertThat(task.name()).isEqualTo(name + "/" + split.label());
            assertThat(task.queries()).hasSize(12);
            for (int i = 0; i < 12; i++) {
                RetrievalQuery query = task.queries().get(i);
                Item target = family.pair(i).target();
                assertThat(query.candidates()).hasSize(16).extracting(Item::id).doesNotHaveDuplicates();
                assertThat(same(query.candidates().getFirst(), target)).isTrue();
                assertThat(same(query.query(), family.pair(i).query())).isTrue();
                assertThat(query.relevance()).isEqualTo(Map.of(target.id(), 1.0));
                assertThat(query.candidates()).extracting(Item::kind).containsOnly(target.kind());
                String answer = target.trace().answer();
                String facts = target.trace().rethink();
                assertThat(query.candidates().subList(1, 16))
                        .noneMatch(wrong -> wrong.trace().answer().equals(answer) && wrong.trace().rethink().equals(facts));
            }
            assertThat(same(family.task(12).queries().get(5).candidates().get(9), task.queries().get(5).candidates().get(9))).isTrue();
        }
    }

    @Test
    void questionsAskForTheThingInTheBox() {
        for (String name : List.of("qa", "grounding")) {
            for (Split split : Split.values()) {
                Family family = open(name, split);
                for (long i = 0; i < 100; i++) {
                    Pair pair = family.pair(i);
                    Trace trace = pair.query().trace();
                    String[] facts = trace.rethink().split(" ");
                    assertThat(trace.boxes()).containsExactly(Cell.of(facts[0]).box());
                    assertThat(trace.answer()).isEqualTo(facts[2] + " " + facts[1]);
                    Box box = trace.boxes().getFirst();
                    BufferedImage crop = Pixels.crop(pair.query().visuals().getFirst(), box.x1() * 128 / 1000, box.y1() * 128 / 1000, 32, 32);
                    Thing thing = new Thing(facts[1], TileColor.valueOf(facts[2].toUpperCase(java.util.Locale.ROOT)));
                    assertThat(SceneTest.pixels(crop)).isEqualTo(SceneTest.pixels(FAMILIES.painter().tile(thing, 32)));
                    if (name.equals("qa")) {
                        assertThat(pair.query().text()).isEqualTo("what is at " + facts[0] + " ?");
                        assertThat(pair.target().id()).isEqualTo(pair.target().text()).isEqualTo(trace.answer());
                        assertThat(pair.target().trace())
                                .isEqualTo(Trace.ofKeywords("text", List.of(facts[2], facts[1]), trace.answer(), trace.answer()));
                    } else {
                        assertThat(pair.query().text()).isEqualTo("find the " + trace.answer());
                        assertThat(SceneTest.pixels(pair.target().visuals().getFirst())).isEqualTo(SceneTest.pixels(crop));
                        assertThat(pair.target().trace().boxes()).containsExactly(new Box(125, 125, 875, 875));
                    }
                }
            }
        }
    }

    @Test
    void textToImageDistractorsExchangeRelations() {
        RetrievalTask task = open("text-to-image", Split.UNSEEN_COMBINATIONS).task(30);
        int swapped = 0;
        for (RetrievalQuery query : task.queries()) {
            List<String> positive = Arrays.stream(query.query().trace().rethink().split(" ")).sorted().toList();
            swapped += query.candidates().subList(1, 16).stream()
                    .anyMatch(wrong -> Arrays.stream(wrong.trace().rethink().split(" ")).sorted().toList().equals(positive)) ? 1 : 0;
        }
        assertThat(swapped).isEqualTo(30);
    }

    @Test
    void imageToTextIsTheReverse() {
        Pair pair = open("image-to-text", Split.TRAIN).pair(3);
        assertThat(pair.query().id()).isEqualTo("scene: " + pair.target().text() + " | describe the scene");
        assertThat(pair.query().kind()).isEqualTo(Kind.IMAGE);
    }

    @Test
    void classificationShowsOneThingInTwoSizes() {
        Family family = open("classification", Split.TRAIN);
        Set<Integer> sizes = new HashSet<>();
        for (long i = 0; i < 50; i++) {
            Pair pair = family.pair(i);
            sizes.add(pair.query().visuals().getFirst().getWidth());
            assertThat(pair.query().trace().answer()).isEqualTo(pair.target().text());
        }
        assertThat(sizes).containsExactlyInAnyOrder(32, 64);
        assertThatIllegalStateException().isThrownBy(() -> family.task(1, 30)).withMessageContaining("only 24 different candidates exist, asked for 30");
    }

    @Test
    void composedTargetsDifferInOneFact() {
        Family family = open("composed", Split.TRAIN);
        Set<String> forms = new HashSet<>();
        for (long i = 0; i < 200; i++) {
            Pair pair = family.pair(i);
            String before = pair.query().id().split(" \\|")[0].substring("scene: ".length());
            List<String> removed = new ArrayList<>(Arrays.asList(before.split(" and ")));
            List<String> added = new ArrayList<>(Arrays.asList(pair.target().id().substring("scene: ".length()).split(" and ")));
            List<String> kept = new ArrayList<>(removed);
            kept.retainAll(added);
            removed.removeAll(kept);
            added.removeAll(kept);
            assertThat(removed).hasSize(1);
            assertThat(added).hasSize(1);
            String[] from = removed.getFirst().split(" ");
            String[] to = added.getFirst().split(" ");
            String expected;
            if (!from[3].equals(to[3])) {
                expected = "the same but the " + from[1] + " is at " + to[3];
                forms.add("cell");
            } else if (!from[1].equals(to[1])) {
                expected = "the same with the " + to[1] + " for the " + from[1];
                forms.add("name");
            } else {
                expected = "the same but the " + from[1] + " is " + to[0];
                forms.add("color");
            }
            assertThat(pair.query().text()).isEqualTo(expected);
            assertThat(pair.query().trace().rethink()).isEqualTo(pair.target().trace().rethink());
        }
        assertThat(forms).containsExactlyInAnyOrder("cell", "name", "color");
    }

    @Test
    void keyFramesEncloseTheMotion() {
        Family family = open("video", Split.TRAIN);
        for (long i = 0; i < 60; i++) {
            Item video = family.pair(i).target();
            assertThat(video.kind()).isEqualTo(Kind.VIDEO);
            assertThat(video.visuals()).hasSize(8);
            int before = video.trace().keyFrames().get(0);
            int after = video.trace().keyFrames().get(1);
            for (int frame = 1; frame < 8; frame++) {
                boolean moves = !Arrays.equals(SceneTest.pixels(video.visuals().get(frame - 1)), SceneTest.pixels(video.visuals().get(frame)));
                assertThat(moves).as("frame %d to %d of %s", frame, frame + 1, video.id()).isEqualTo(frame >= before && frame < after);
            }
            String[] facts = video.trace().rethink().split(" ");
            Thing thing = new Thing(facts[2], TileColor.valueOf(facts[3].toUpperCase(java.util.Locale.ROOT)));
            for (int end = 0; end < 2; end++) {
                Cell cell = Cell.of(facts[end]);
                BufferedImage frame = video.visuals().get(video.trace().keyFrames().get(end) - 1);
                assertThat(SceneTest.pixels(Pixels.crop(frame, cell.column() * 32, cell.row() * 32, 32, 32)))
                        .isEqualTo(SceneTest.pixels(FAMILIES.painter().tile(thing, 32)));
            }
        }
    }

    @Test
    void videoDistractorsHoldTheReverse() {
        for (RetrievalQuery query : open("video", Split.UNSEEN_SCENES).task(20).queries()) {
            String[] facts = query.query().trace().rethink().split(" ");
            String reverse = facts[1] + " " + facts[0] + " " + facts[2] + " " + facts[3];
            assertThat(query.candidates().get(1).trace().rethink()).isEqualTo(reverse);
        }
    }

    @Test
    void pagesShowTitleAndPictureInTheirBoxes() {
        Family family = open("page", Split.TRAIN);
        for (long i = 0; i < 40; i++) {
            Item page = family.pair(i).target();
            assertThat(page.kind()).isEqualTo(Kind.PAGE);
            Box picture = page.trace().boxes().get(1);
            String[] facts = page.trace().rethink().split(" ");
            Thing thing = new Thing(facts[1], TileColor.valueOf(facts[2].toUpperCase(java.util.Locale.ROOT)));
            BufferedImage image = page.visuals().getFirst();
            assertThat(SceneTest.pixels(Pixels.crop(image, picture.x1() * 128 / 1000, picture.y1() * 128 / 1000, 48, 48)))
                    .isEqualTo(SceneTest.pixels(FAMILIES.painter().tile(thing, 48)));
            long ink = Arrays.stream(SceneTest.pixels(Pixels.crop(image, 0, 0, 128, 32))).filter(pixel -> pixel == 0xFF000000).count();
            assertThat(ink).isGreaterThan(100);
        }
        assertThat(PixelFont.width("cup")).isEqualTo(17);
    }

    @Test
    void theCardCountsWhatTheSplitsHold() {
        assertThat(FAMILIES.card().counts()).isEqualTo(Map.of("training concepts", 24L, "unseen concepts", 10L, "colors", 6L,
                "combinations asked about in train", 122L, "combinations asked about in unseen-scenes", 122L,
                "combinations asked about in unseen-combinations", 22L, "combinations asked about in unseen-concepts", 60L));
        assertThat(FAMILIES.card().license()).contains("OFL");
    }

    @Test
    void unknownFamiliesAndEmptySourcesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> open("sound", Split.TRAIN)).withMessageContaining("got 'sound'");
        assertThatIllegalArgumentException().isThrownBy(() -> FAMILIES.open("qa", Split.TRAIN, 1, 0)).withMessageContaining("at least 1, got 0");
        assertThat(FAMILIES.openAll(Split.TRAIN, 1, 10)).extracting(Family::name).isEqualTo(SceneFamilies.NAMES);
    }
}
