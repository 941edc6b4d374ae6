package embedrl.examples.report;

import embedrl.embedrl.run.Estimate;
import java.util.Locale;

/** Writes figures the way that people read them, and draws an estimate as a dot on its interval. */
final class Figures {
    private static final double WIDTH = 180;
    private static final double HEIGHT = 18;
    private static final double MIDDLE = HEIGHT / 2;

    private Figures() {
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    static String interval(Estimate estimate) {
        return String.format(Locale.ROOT, "[%.1f, %.1f]", 100 * estimate.low(), 100 * estimate.high());
    }

    /** A difference in percentage points, with its sign. */
    static String points(double share) {
        // −0.0 reads like a loss.
        return String.format(Locale.ROOT, "%+.1f", 100 * share + 0.0).replace('-', '−').replace("−0.0", "+0.0");
    }

    static String pointInterval(Estimate estimate) {
        return "[" + points(estimate.low()) + ", " + points(estimate.high()) + "]";
    }

    /**
     * Draws a dot on its interval, with a mark at 0 where the scale holds it inside.
     *
     * @param low  of the scale
     * @param high of the scale
     */
    static void dot(Html html, Estimate estimate, double low, double high, String kind) {
        html.open("svg", "class", "dot " + kind, "viewBox", "0 0 " + number(WIDTH) + " " + number(HEIGHT), "aria-hidden", "true");
        html.empty("line", "class", "scale", "x1", "0", "x2", number(WIDTH), "y1", number(MIDDLE), "y2", number(MIDDLE));
        if (low < 0 && high > 0) {
            String zero = number(place(0, low, high));
            html.empty("line", "class", "zero", "x1", zero, "x2", zero, "y1", "0", "y2", number(HEIGHT));
        }
        html.empty("line", "class", "interval", "x1", number(place(estimate.low(), low, high)), "x2", number(place(estimate.high(), low, high)), "y1", number(MIDDLE), "y2", number(MIDDLE));
        html.empty("circle", "cx", number(place(estimate.value(), low, high)), "cy", number(MIDDLE), "r", "4.5");
        html.close();
    }

    private static double place(double value, double low, double high) {
        double margin = 6;
        return margin + (WIDTH - 2 * margin) * (value - low) / (high - low);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value).replace(".0", "");
    }
}
