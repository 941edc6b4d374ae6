package embedrl.benchmarks;

import java.util.List;

/** How suites measure: number and length of rounds, and the numbers of threads. */
record Bench(boolean quick, List<Integer> threads) {
    /** Rounds whose median is taken. */
    int rounds() {
        return quick ? 3 : 5;
    }
}
