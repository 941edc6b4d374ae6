package embedrl.examples.command;

import jdk.incubator.vector.FloatVector;

/** Asks the Vector API for its width; loaded only where the module is present. */
final class VectorModule {
    static final String NAME = "jdk.incubator.vector";

    private VectorModule() {
    }

    static boolean present() {
        return ModuleLayer.boot().findModule(NAME).isPresent();
    }

    /** Bits and floats of the widest vector that this processor likes. */
    static String width() {
        var species = FloatVector.SPECIES_PREFERRED;
        return species.vectorBitSize() + " bits, " + species.length() + " floats";
    }
}
