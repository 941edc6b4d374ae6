package embedrl.examples.tutorial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import embedrl.examples.tutorial.Lessons.Lesson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lessons that take a few seconds run here; all of them keep the rules for lessons. */
class LessonsTest {
    private static final Path SOURCES = Path.of("src/main/java/embedrl/examples/tutorial");

    @ParameterizedTest
    @ValueSource(strings = {"TensorBasics", "BanditGrpo", "TrainImageTextEmbedder"})
    void aQuickLessonReachesWhatItStates(String name) {
        Lesson lesson = Lessons.named(name).orElseThrow();
        assertThatCode(() -> lesson.main().run()).doesNotThrowAnyException();
    }

    static List<Lesson> lessons() {
        return Lessons.ALL;
    }

    @ParameterizedTest
    @MethodSource("lessons")
    void aLessonIsShortAndChecksItself(Lesson lesson) throws IOException {
        List<String> lines = Files.readAllLines(SOURCES.resolve(lesson.name() + ".java"));
        assertThat(lines).hasSizeLessThan(150);
        assertThat(lines).anyMatch(line -> line.contains("Expect.that(")).anyMatch(line -> line.contains("public static void main("));
    }

    @ParameterizedTest
    @MethodSource("lessons")
    void theReadMeSaysHowToRunIt(Lesson lesson) throws IOException {
        String text = Files.readString(Path.of("README.md"));
        assertThat(text).contains("./embedrl run " + lesson.name() + "`").contains("(src/main/java/embedrl/examples/tutorial/" + lesson.name() + ".java)");
    }

    @Test
    void namesAreThoseOfTheClassesInAnyCase() {
        assertThat(Lessons.names()).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(5);
        assertThat(Lessons.named("tensorbasics")).contains(Lessons.ALL.getFirst());
        assertThat(Lessons.named("Tensor")).isEmpty();
    }

    @Test
    void aBrokenPromiseThrowsTheClaimWithItsValues() {
        assertThatThrownBy(() -> Expect.that(1 > 2, "%d is above %.1f", 1, 2.0)).isInstanceOf(LessonFailure.class).hasMessage("expected, but not so: 1 is above 2.0");
        assertThatCode(() -> Expect.that(true, "kept")).doesNotThrowAnyException();
    }
}
