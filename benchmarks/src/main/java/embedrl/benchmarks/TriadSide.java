package embedrl.benchmarks;

import java.util.Map;

/** The machine's bandwidth for reading two arrays and writing one, in gigabytes a second. */
final class TriadSide implements Side {
    private final int threads;

    TriadSide(int threads) {
        this.threads = threads;
    }

    @Override
    public Map<String, Object> warm(String workload) {
        return round(workload);
    }

    @Override
    public Map<String, Object> round(String workload) {
        return Map.of("value", Triad.bytesPerNano(threads));
    }

    @Override
    public Map<String, Object> finish() {
        return Map.of();
    }
}
