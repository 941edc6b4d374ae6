package embedrl.benchmarks;

import embedrl.tensor.HostExecutable;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Where the time of a step of several programs goes: by phase inside programs and outside, and, where asked, the kinds of their operations. What happens
 * before a program runs counts as work for it.
 */
final class PhaseClock {
    private final Map<Phase, Long> inside = new EnumMap<>(Phase.class);
    private final Map<Phase, Long> outside = new EnumMap<>(Phase.class);
    private final Map<Phase, StepProfile> profiles = new EnumMap<>(Phase.class);
    private double bytesPerNano;
    private long begin;
    private long last;
    private int compiled;

    /** Begins a step. bytesPerNano: the memory bandwidth that operations are compared with; 0 where they are not to be timed one by one. */
    void begin(double bytesPerNano) {
        inside.clear();
        outside.clear();
        profiles.clear();
        this.bytesPerNano = bytesPerNano;
        begin = System.nanoTime();
        last = begin;
    }

    void run(Phase phase, HostExecutable program) {
        long start = System.nanoTime();
        outside.merge(phase, start - last, Long::sum);
        if (bytesPerNano > 0) profiles.computeIfAbsent(phase, _ -> new StepProfile(bytesPerNano)).add(program.profile());
        else program.run();
        last = System.nanoTime();
        inside.merge(phase, last - start, Long::sum);
    }

    /** Ends the step; returns its seconds. */
    double end() {
        long now = System.nanoTime();
        outside.merge(Phase.REST, now - last, Long::sum);
        return (now - begin) / 1e9;
    }

    void compiled() {
        compiled++;
    }

    /** Programs compiled so far. */
    int programs() {
        return compiled;
    }

    /** Seconds of a phase, inside programs and outside. */
    double seconds(Phase phase) {
        return (inside.getOrDefault(phase, 0L) + outside.getOrDefault(phase, 0L)) / 1e9;
    }

    /** Seconds that matrix products and attention took, and the other operations' traffic would take at the full memory bandwidth. */
    double inherent() {
        return profiles.values().stream().mapToDouble(StepProfile::inherent).sum() / 1e9;
    }

    /** A table of phases, and of each phase the kinds of operations. */
    String text() {
        long total = last - begin + outside.getOrDefault(Phase.REST, 0L);
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "  %-26s %9s %7s %12s %12s%n", "phase", "ms", "share", "programs ms", "between ms"));
        for (Phase phase : Phase.values())
            text.append(String.format(Locale.ROOT, "  %-26s %9.1f %6.1f%% %12.1f %12.1f%n", phase, 1e3 * seconds(phase), 1e11 * seconds(phase) / total,
                    inside.getOrDefault(phase, 0L) / 1e6, outside.getOrDefault(phase, 0L) / 1e6));
        StepProfile all = new StepProfile(bytesPerNano);
        profiles.values().forEach(all::addAll);
        if (!profiles.isEmpty()) text.append(all.text(1));
        profiles.forEach((phase, profile) -> text.append(phase).append(": ").append(profile.text(1)));
        return text.toString();
    }
}
