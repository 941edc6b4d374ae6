package embedrl.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;

/** PyTorch in this process, through DJL. */
record Torch(NDManager manager, String version, int threads) {
    static Torch open(int threads) throws PeerMissing {
        try {
            Engine engine = Engine.getEngine("PyTorch");
            JniUtils.setNumThreads(threads);
            JniUtils.setGraphExecutorOptimize(false);   // scripts run operation by operation, as eager PyTorch does
            return new Torch(engine.newBaseManager(), engine.getVersion(), JniUtils.getNumThreads());
        } catch (EngineException | LinkageError absent) {
            Throwable cause = absent;
            while (cause.getCause() != null) cause = cause.getCause();
            throw new PeerMissing("PyTorch through DJL: " + cause.getMessage());
        }
    }

    /** For people. */
    String name() {
        return "PyTorch " + version + " through DJL, " + threads + (threads == 1 ? " thread" : " threads");
    }
}
