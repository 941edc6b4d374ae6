package embedrl.embedrl.reward;

import java.util.Arrays;
import java.util.function.Function;

/** Finds a constant by its name in a configuration, or says which names there are. */
final class Labels {

    private Labels() {
    }

    static <T> T find(String what, String label, T[] constants, Function<T, String> labelOf) {
        for (T constant : constants) {
            if (labelOf.apply(constant).equals(label)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(what + ": unknown name '" + label + "', use one of " + Arrays.stream(constants).map(labelOf).toList());
    }
}
