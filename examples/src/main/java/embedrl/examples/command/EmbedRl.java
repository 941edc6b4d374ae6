package embedrl.examples.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root of the command line: options that every command takes, and the list of commands. */
@Command(name = "embedrl", mixinStandardHelpOptions = true, versionProvider = EmbedRl.Version.class, scope = ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND", sortOptions = false,
        header = "Reasoning-driven multimodal embeddings on the JVM: trains, evaluates and searches.",
        subcommands = {QuickstartCommand.class, TrainEmbedderCommand.class, TrainReasonerCommand.class, EvaluateCommand.class, SearchCommand.class, EmbedCommand.class,
            GenerateCommand.class, FineTuneCommand.class, DataCommand.class,
            ParityCommand.class, DoctorCommand.class, DevicesCommand.class, RunCommand.class},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:success", "1:a check failed", "2:bad usage", "65:bad content of an input file", "66:an input is missing",
            "69:something needed is not installed", "70:internal error", "73:cannot write an output", "74:input or output failed, such as on a full disk"})
final class EmbedRl implements Runnable {

    private final PrintStream out;

    @Spec
    private CommandSpec spec;

    private boolean verbose;

    EmbedRl(PrintStream out) {
        this.out = out;
    }

    /** Where results go. */
    PrintStream out() {
        return out;
    }

    /** Picocli gives an inherited option to every command; all of them set this one field. */
    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    void setVerbose(boolean verbose) {
        this.verbose |= verbose;
    }

    boolean verbose() {
        return verbose;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The version that the build wrote into the resources. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            return new String[] {"embedrl " + number()};
        }

        static String number() throws IOException {
            try (InputStream text = EmbedRl.class.getResourceAsStream("/embedrl/examples/version.txt")) {
                return new String(text.readAllBytes(), StandardCharsets.UTF_8).strip();
            }
        }
    }
}
