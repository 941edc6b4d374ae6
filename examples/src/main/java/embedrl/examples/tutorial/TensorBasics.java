package embedrl.examples.tutorial;

import static embedrl.examples.tutorial.Expect.part;
import static embedrl.examples.tutorial.Expect.say;

import embedrl.autograd.Gradients;
import embedrl.tensor.DType;
import embedrl.tensor.Executors;
import embedrl.tensor.HostTensor;
import embedrl.tensor.Program;
import embedrl.tensor.Seed;
import embedrl.tensor.Shape;
import embedrl.tensor.Tensor;
import embedrl.tensor.TensorException;
import embedrl.tensor.Variable;

/** Lesson 1: tensors are recorded, programs are compiled, gradients are tensors like any other. */
public final class TensorBasics {
    private TensorBasics() {
    }

    public static void main() {
        recording();
        shapeErrors();
        programsAndFusion();
        gradients();
        learning();
    }

    /** A method of Tensor computes nothing. It notes an operation, works out the shape, and returns at once. */
    private static void recording() {
        part("Recording and computing");
        Tensor x = Tensor.of(new float[][] {{1, 2}, {3, 4}});
        Tensor w = Tensor.of(new float[][] {{1, 0, -1}, {0, 1, 1}});
        Tensor y = x.matmul(w);
        say("y is recorded:  %s", y);
        // eval() compiles what y needs and runs it. It is meant for trying things out; a loop compiles once, see below.
        HostTensor values = y.eval();
        say("y is computed:  %s", values.toString().replaceAll("\\s+", " "));
        Expect.that(y.shape().equals(Shape.of(2, 3)), "[2, 2] times [2, 3] is [2, 3]");
        Expect.that(values.floats()[5] == 3 * -1 + 4 * 1, "the last element is 3·(−1) + 4·1 = 1");
    }

    /** Shapes are known while recording, so a mistake is reported at the line that makes it, not when the program runs. */
    private static void shapeErrors() {
        part("Mistakes");
        Tensor tokens = Tensor.zeros(Shape.of(4, 16, 64));
        Tensor weight = Tensor.zeros(Shape.of(48, 64));    // [out, in], as linear layers store it
        try {
            tokens.matmul(weight);
            throw new LessonFailure("a product of unequal inner sizes was accepted");
        } catch (TensorException mistake) {
            say("%s", mistake.getMessage());
            Expect.that(mistake.getMessage().contains("matmulTransposed"), "the message says which method was meant");
        }
        Expect.that(tokens.matmulTransposed(weight).shape().equals(Shape.of(4, 16, 48)), "which gives [4, 16, 48]");
    }

    /** A program is compiled once and runs many times; what changes between the runs are its inputs. */
    private static void programsAndFusion() {
        part("Programs");
        Tensor x = Tensor.input("x", DType.FLOAT32, 2, 3);
        Tensor bias = Tensor.of(Shape.of(3), 1, 2, 3);      // [3] stretches over the rows of [2, 3]
        Tensor y = x.add(bias).mul(10).relu();
        try (Program program = Program.builder().output("y", y).compile(Executors.standard())) {
            program.set("x", new float[] {0, 0, 0, -5, 1, 1}).run();
            Expect.that(program.read("y").floats()[3] == 0, "relu((−5 + 1) · 10) = 0");
            program.set("x", new float[] {1, 1, 1, 1, 1, 1}).run();
            Expect.that(program.read("y").floats()[5] == 40, "the same program with other inputs: relu((1 + 3) · 10) = 40");
            // Element by element, three operations are one loop: each value is read once and written once.
            IO.print(program.explain().indent(2));
            Expect.that(program.plan().steps().size() == 1, "add, mul and relu were fused into one step");
        }
    }

    /** Gradients.of extends the graph by the derivative. Nothing has run when it returns: the result can be used in further operations. */
    private static void gradients() {
        part("Gradients");
        Tensor x = Tensor.normal(Shape.of(4, 2), Seed.of(1));
        Tensor w = Tensor.input("w", DType.FLOAT32, 2, 3);
        Tensor loss = x.matmul(w).silu().square().sum();
        Tensor gradient = Gradients.of(loss, w);
        try (Program program = Program.builder().output("loss", loss).output("gradient", gradient).compile(Executors.standard())) {
            float[] at = {0.3f, -0.2f, 0.5f, 1.1f, -0.7f, 0.9f};
            program.set("w", at).run();
            float[] exact = program.read("gradient").floats();
            // The independent witness: move each weight a little to both sides and see how much the loss changes.
            double worst = 0;
            float h = 1e-2f;
            for (int i = 0; i < at.length; i++) {
                float[] moved = at.clone();
                moved[i] = at[i] + h;
                program.set("w", moved).run();
                double above = program.item("loss");
                moved[i] = at[i] - h;
                program.set("w", moved).run();
                double difference = (above - program.item("loss")) / (2 * h);
                say("d loss / d w[%d]: gradient %9.5f, difference quotient %9.5f", i, exact[i], difference);
                worst = Math.max(worst, Math.abs(exact[i] - difference) / Math.max(1, Math.abs(difference)));
            }
            Expect.that(worst < 1e-3, "they agree within 0.001 (largest relative error %.5f)", worst);
        }
    }

    /** A variable keeps its value between runs and may be updated by a program: that is all a training loop is. */
    private static void learning() {
        part("Learning a line");
        Variable weight = Variable.of("weight", HostTensor.of(Shape.SCALAR, 0));
        Variable bias = Variable.of("bias", HostTensor.of(Shape.SCALAR, 0));
        Tensor x = Tensor.of(Shape.of(5), -2, -1, 0, 1, 2);
        Tensor wanted = Tensor.of(Shape.of(5), -3, -1, 1, 3, 5);      // 2x + 1
        Tensor loss = x.mul(weight.tensor()).add(bias.tensor()).sub(wanted).square().mean();
        Tensor rate = Tensor.scalar(0.1f);
        try (Program step = Program.builder().output("loss", loss)
                .update(weight, weight.tensor().sub(Gradients.of(loss, weight.tensor()).mul(rate)))
                .update(bias, bias.tensor().sub(Gradients.of(loss, bias.tensor()).mul(rate))).compile(Executors.standard())) {
            for (int i = 0; i < 60; i++) step.run();
            say("after 60 steps: y = %.4f x + %.4f, loss %.2g", weight.value().item(), bias.value().item(), step.item("loss"));
        }
        Expect.that(Math.abs(weight.value().item() - 2) < 1e-3 && Math.abs(bias.value().item() - 1) < 1e-3, "gradient descent found y = 2x + 1");
    }
}
