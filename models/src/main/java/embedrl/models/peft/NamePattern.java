package embedrl.models.peft;

import embedrl.models.checkpoint.ConfigFile;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions for layers' names that a file brings along. */
final class NamePattern {
    private static final int LONGEST = 500;
    private static final Pattern NESTED_REPETITION = Pattern.compile("[+*}]\\)[+*{]");

    private NamePattern() {
    }

    /** Refuses what is no regular expression, and what could take forever on a long name; field names it in the error. */
    static void check(ConfigFile file, String field, String pattern) {
        try {
            if (pattern.length() > LONGEST || NESTED_REPETITION.matcher(pattern).find()) throw file.wrong(field, "a simple pattern");
            Pattern.compile("(" + pattern + ")");
        } catch (PatternSyntaxException e) {
            throw file.wrong(field, "a regular expression (" + e.getDescription() + ")");
        }
    }

    /** Whether a pattern fits a layer's name or what follows a dot in it, up to the end. */
    static boolean fits(String pattern, String layer) {
        return Pattern.compile("(.*\\.)?(" + pattern + ")$").matcher(layer).lookingAt();
    }
}
