package embedrl.examples.tutorial;

import java.util.Locale;

/** States what a lesson promises, and ends the lesson where the promise is not kept. */
final class Expect {
    private Expect() {
    }

    /** Prints the claim, or throws with it; the claim is a format string. */
    static void that(boolean holds, String claim, Object... values) {
        String text = String.format(Locale.ROOT, claim, values);
        if (!holds) throw new LessonFailure("expected, but not so: " + text);
        IO.println("  ok: " + text);
    }

    /** A heading between the parts of a lesson. */
    static void part(String title) {
        IO.println(System.lineSeparator() + "== " + title);
    }

    /** One line of what a lesson found. */
    static void say(String line, Object... values) {
        IO.println("  " + String.format(Locale.ROOT, line, values));
    }
}
