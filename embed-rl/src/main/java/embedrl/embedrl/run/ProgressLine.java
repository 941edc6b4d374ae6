package embedrl.embedrl.run;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Prints how far a phase is: step, rate, time left and chosen metrics.
 *
 * <p>On a terminal one line is rewritten; elsewhere plain lines are printed, at most one every few seconds, with the last step of a phase always among them.
 */
public final class ProgressLine implements RunListener {
    private static final Duration EVERY_ON_TERMINAL = Duration.ofMillis(100);
    private static final Duration EVERY_ELSEWHERE = Duration.ofSeconds(3);
    /** Weight of the past in the mean time of a step: the first steps are slow while the JVM compiles. */
    private static final double MEMORY = 0.9;

    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanoseconds;
    private final List<String> metrics;

    private long steps;
    private long began;
    private long lastStep;
    private long lastTime;
    private long lastPrint;
    private double stepSeconds;
    private int width;

    /**
     * A progress line.
     *
     * @param terminal    whether {@code out} is a terminal
     * @param nanoseconds a clock, such as {@code System::nanoTime}
     * @param metrics     names of the metrics to show, in this order; those that a step lacks are left out
     */
    public ProgressLine(PrintStream out, boolean terminal, LongSupplier nanoseconds, List<String> metrics) {
        this.out = out;
        this.terminal = terminal;
        this.nanoseconds = nanoseconds;
        this.metrics = List.copyOf(metrics);
    }

    @Override
    public void onPhase(String phase, long steps) {
        this.steps = steps;
        began = nanoseconds.getAsLong();
        lastTime = began;
        lastPrint = began;
        lastStep = 0;
        stepSeconds = 0;
    }

    @Override
    public void onStep(String phase, long step, Map<String, Double> values) {
        long now = nanoseconds.getAsLong();
        if (step > lastStep) {
            double seconds = (now - lastTime) / 1e9 / (step - lastStep);
            stepSeconds = stepSeconds == 0 ? seconds : MEMORY * stepSeconds + (1 - MEMORY) * seconds;
            lastStep = step;
            lastTime = now;
        }
        Duration every = terminal ? EVERY_ON_TERMINAL : EVERY_ELSEWHERE;
        if (now - lastPrint >= every.toNanos() || step == steps) {
            lastPrint = now;
            print(text(phase, step, values));
        }
    }

    @Override
    public void onPhaseEnd(String phase) {
        String line = String.format(Locale.ROOT, "%-26s done in %s", phase, time((nanoseconds.getAsLong() - began) / 1e9));
        print(line);
        if (terminal) {
            out.println();
            width = 0;
        }
    }

    private String text(String phase, long step, Map<String, Double> values) {
        var text = new StringBuilder(String.format(Locale.ROOT, "%-26s %s", phase, steps > 0 ? step + "/" + steps : String.valueOf(step)));
        if (stepSeconds > 0) {
            text.append(String.format(Locale.ROOT, "  %.3g steps/s", 1 / stepSeconds));
            if (steps > step) {
                text.append("  ").append(time((steps - step) * stepSeconds)).append(" left");
            }
        }
        for (String name : metrics) {
            Double value = values.get(name);
            if (value != null) {
                text.append("  ").append(name).append(' ').append(String.format(Locale.ROOT, "%.4g", value));
            }
        }
        return text.toString();
    }

    private void print(String line) {
        if (terminal) {
            out.print('\r' + line + " ".repeat(Math.max(0, width - line.length())));
            out.flush();
            width = line.length();
        } else {
            out.println(line);
        }
    }

    /** A duration as people write it: 8.4 s, 45 s, 3 min 05 s, 1 h 02 min. */
    public static String time(double seconds) {
        if (seconds < 9.95) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        if (whole < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
        }
        return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole / 60 % 60);
    }
}
