package embedrl.examples.command;

import embedrl.examples.tutorial.LessonFailure;
import embedrl.examples.tutorial.Lessons;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code embedrl run}: runs a lesson. */
@Command(name = "run", header = "Run a lesson: a short program that explains itself and checks its result.", sortOptions = false,
        description = "The lessons are meant to be read; see examples/README.md. Exit code 1 if a lesson misses the quality that it states.")
final class RunCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "LESSON", completionCandidates = Names.class, description = "One of ${COMPLETION-CANDIDATES}.")
    private String name;

    @Override
    public void run() {
        Lessons.Lesson lesson = Lessons.named(name).orElseThrow(() -> new ParameterException(spec.commandLine(),
                "there is no lesson '" + name + "'; the lessons are " + String.join(", ", Lessons.names())));
        try {
            lesson.main().run();
        } catch (LessonFailure missed) {
            throw new CommandFailure(ExitCode.CHECK_FAILED, missed.getMessage(), missed);
        }
    }

    /** Lists the lessons in the help text. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Lessons.names().iterator();
        }
    }
}
