package embedrl.examples.tutorial;

import java.util.List;
import java.util.Optional;

/** The lessons in the order in which they are best read. */
public final class Lessons {
    /**
     * One lesson.
     *
     * @param name    of its class
     * @param teaches in a few words
     * @param main    runs it; throws {@link LessonFailure} where it does not reach the quality that it states
     */
    public record Lesson(String name, String teaches, Runnable main) {
    }

    public static final List<Lesson> ALL = List.of(
            new Lesson("TensorBasics", "tensors, programs, fusion and gradients", TensorBasics::main),
            new Lesson("TrainLanguageModel", "a decoder of one's own that learns a rhyme", TrainLanguageModel::main),
            new Lesson("TrainImageTextEmbedder", "pictures and names in one space", TrainImageTextEmbedder::main),
            new Lesson("OneEgRlStep", "one step of embedder-guided reinforcement learning", OneEgRlStep::main),
            new Lesson("SearchByReasoning", "search with and without a chain of thought", SearchByReasoning::main),
            new Lesson("BanditGrpo", "group-relative policy optimization on bandits", BanditGrpo::main));

    private Lessons() {
    }

    public static Optional<Lesson> named(String name) {
        return ALL.stream().filter(lesson -> lesson.name().equalsIgnoreCase(name)).findFirst();
    }

    public static List<String> names() {
        return ALL.stream().map(Lesson::name).toList();
    }
}
