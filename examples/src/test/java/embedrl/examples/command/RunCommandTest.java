package embedrl.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.examples.tutorial.Lessons;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RunCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return CommandLines.standard(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8)).execute(arguments);
    }

    @Test
    void aLessonThatReachesItsQualityExits0() {
        assertThat(run("run", "TensorBasics")).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void anUnknownLessonExits2AndNamesTheLessons() {
        assertThat(run("run", "Nothing")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("embedrl run: there is no lesson 'Nothing'; the lessons are TensorBasics, ").contains("OneEgRlStep");
    }

    @Test
    void helpListsTheLessons() {
        assertThat(run("run", "--help")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains(Lessons.names());
    }
}
