package embedrl.examples.tutorial;

/** A lesson did not reach the quality that it states. */
public final class LessonFailure extends RuntimeException {
    LessonFailure(String message) {
        super(message);
    }
}
