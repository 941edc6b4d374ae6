package embedrl.examples.command;

import embedrl.tensor.Executors;
import embedrl.tensor.tornado.TornadoProvider;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code embedrl devices}: the names that {@code --device} takes here. */
@Command(name = "devices", header = "List the devices that --device takes here, and why others cannot be used.", description = "One line per device: name, what it is, memory.")
final class DevicesCommand implements Callable<Integer> {

    @ParentCommand
    private EmbedRl root;

    @Override
    public Integer call() {
        root.out().println("reference: plain loops, the definition of every operation; slow");
        for (Executors.Provider provider : Executors.providers()) {
            String reason = provider.unavailable();
            if (reason != null) {
                root.out().println(provider.name() + ": cannot be used here: " + reason);
            } else if (provider instanceof TornadoProvider tornado) {
                tornado.list().forEach(root.out()::println);
            } else {
                try (var executor = provider.open(provider.name(), 0)) {
                    root.out().println(provider.name() + ": " + executor.description());
                }
            }
        }
        return ExitCode.OK.code();
    }
}
