package embedrl.benchmarks;

import java.util.Map;

/** One side of a comparison, in a process of its own. Answers are JSON objects. */
interface Side {
    /** Runs a workload until its speed is steady. */
    Map<String, Object> warm(String workload);

    /** Measures a workload once; the answer's "value" is the figure. */
    Map<String, Object> round(String workload);

    /** What is to be told at the end: memory, profile. */
    Map<String, Object> finish();
}
