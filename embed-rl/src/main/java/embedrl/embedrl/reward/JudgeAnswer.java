package embedrl.embedrl.reward;

import java.util.OptionalInt;

/** Reads a judge's written answer. */
public final class JudgeAnswer {

    private JudgeAnswer() {
    }

    /**
     * The number that the first run of digits spells, if it names a candidate.
     *
     * @param answer     the judge's text; null counts as no answer
     * @param candidates how many candidates were shown, numbered from 1
     * @return 1 … candidates, or empty: no digits, or out of range
     */
    public static OptionalInt parse(String answer, int candidates) {
        if (answer == null) {
            return OptionalInt.empty();
        }
        int at = 0;
        while (at < answer.length() && !Character.isDigit(answer.charAt(at))) {
            at++;
        }
        long number = 0;
        while (at < answer.length() && Character.isDigit(answer.charAt(at)) && number <= candidates) {
            number = 10 * number + Character.digit(answer.charAt(at), 10);
            at++;
        }
        return number >= 1 && number <= candidates ? OptionalInt.of((int) number) : OptionalInt.empty();
    }
}
