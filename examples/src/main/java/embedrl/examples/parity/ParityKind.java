package embedrl.examples.parity;

import embedrl.tensor.Executor;
import java.io.IOException;
import java.util.List;

/** Runs the cases of one kind: computes what the case expects and compares. */
@FunctionalInterface
public interface ParityKind {

    /**
     * Runs one case.
     *
     * @param device what tensor programs run on; kinds that need none ignore it
     * @return at least one check; any exception means that the case fails
     */
    List<Check> run(CaseFile file, Executor device) throws IOException;
}
