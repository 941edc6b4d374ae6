package embedrl.examples.command;

/**
 * One thing that the doctor looked at.
 *
 * @param level  how much it matters
 * @param name   what was looked at
 * @param text   what was found
 * @param remedy what to do, or empty where nothing is wrong
 */
record Finding(Level level, String name, String text, String remedy) {

    /** How much a finding matters. */
    enum Level {
        /** As it should be. */
        OK("ok"),
        /** Missing, and only some commands need it. */
        OPTIONAL("--"),
        /** Missing, and nothing works well without it. */
        MISSING("!!");

        private final String mark;

        Level(String mark) {
            this.mark = mark;
        }
    }

    static Finding ok(String name, String text) {
        return new Finding(Level.OK, name, text, "");
    }

    static Finding optional(String name, String text, String remedy) {
        return new Finding(Level.OPTIONAL, name, text, remedy);
    }

    static Finding missing(String name, String text, String remedy) {
        return new Finding(Level.MISSING, name, text, remedy);
    }

    @Override
    public String toString() {
        String line = String.format("%s  %-12s %s", level.mark, name, text);
        return remedy.isEmpty() ? line : line + System.lineSeparator() + " ".repeat(17) + "→ " + remedy;
    }
}
