package embedrl.examples.command;

import embedrl.examples.parity.ParityRunner;
import embedrl.examples.parity.WeightsFolder;
import embedrl.tensor.Executor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code embedrl parity}: compares this program with stored reference cases. */
@Command(name = "parity", header = "Run reference cases and compare: largest error, tolerance, ok or FAIL.", sortOptions = false,
        description = "Runs every case.json below FOLDER. Exit code 1 if any case fails.")
final class ParityCommand implements Callable<Integer> {

    @ParentCommand
    private EmbedRl root;

    @Parameters(paramLabel = "FOLDER", description = "Folder of reference cases.")
    private Path folder;

    @Option(names = "--weights", paramLabel = "DIR",
            description = "Where checkpoints and tokenizers of packages lie, which cases name but do not bring along: searched by file name and SHA-256.")
    private Path weights;

    @Mixin
    private DeviceOptions device;

    @Override
    public Integer call() throws IOException {
        if (Files.notExists(folder)) {
            throw new NoSuchFileException(folder.toString());
        }
        if (weights != null && Files.notExists(weights)) {
            throw new NoSuchFileException(weights.toString());
        }
        if (holdsNoCase(folder)) {
            throw new CommandFailure(ExitCode.NO_INPUT, "no case.json below " + folder + "; give a folder of reference cases");
        }
        try (Executor executor = device.open()) {
            return ParityRunner.run(folder, weights == null ? WeightsFolder.none() : WeightsFolder.of(weights), executor, root.out()).exitCode();
        }
    }

    private static boolean holdsNoCase(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            return paths.noneMatch(path -> path.endsWith("case.json"));
        }
    }
}
