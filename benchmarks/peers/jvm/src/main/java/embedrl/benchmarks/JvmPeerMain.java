package embedrl.benchmarks;

import java.io.IOException;

/** The main class of the process of a peer with a class path of its own. */
public final class JvmPeerMain {
    private JvmPeerMain() {
    }

    public static void main(String[] arguments) throws IOException {
        SideMain.serve(JvmPeerMain::open, arguments);
    }

    private static Side open(String side, int threads, boolean quick) throws PeerMissing {
        try {
            return switch (side) {
                case "gemm-jlama" -> new JlamaGemm(threads, true, quick);
                case "gemm-jlama-native" -> new JlamaGemm(threads, false, quick);
                case "decode-jlama" -> new JlamaDecoding(threads, true, quick);
                case "decode-jlama-native" -> new JlamaDecoding(threads, false, quick);
                case "gemm-nd4j" -> new Nd4jGemm(threads, quick);
                default -> throw new PeerMissing("no side '" + side + "'");
            };
        } catch (LinkageError | RuntimeException failure) {
            Throwable cause = failure;
            while (cause.getCause() != null) cause = cause.getCause();
            throw new PeerMissing("does not run on Java " + Runtime.version() + ": " + cause);
        }
    }
}
