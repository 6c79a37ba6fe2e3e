package io.llmcluster.node.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FirstAnswerTest {
  private static final Path TARGET = Path.of("m.gguf");

  /** One whose answer the test decides on. */
  private static final class Source implements FileSource {
    private final String name;
    private final CountDownLatch mayAnswer;
    private final boolean heedsInterrupt;
    private final CountDownLatch stopped = new CountDownLatch(1);

    Source(String name, int answersNow, boolean heedsInterrupt) {
      this.name = name;
      this.mayAnswer = new CountDownLatch(1 - answersNow);
      this.heedsInterrupt = heedsInterrupt;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Download ask(Path target) throws InterruptedException {
      try {
        mayAnswer.await();
      } catch (InterruptedException asked) {
        if (heedsInterrupt) {
          stopped.countDown();
          throw asked;
        }
      }
      return new Begun();
    }

    private final class Begun implements Download {
      @Override
      public FileSource source() {
        return Source.this;
      }

      @Override
      public Path fetch() {
        return TARGET;
      }

      @Override
      public void close() {
        stopped.countDown();
      }
    }
  }

  private static FileSource without(String name, Exception why) {
    return new FileSource() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Download ask(Path target) throws IOException, ModelFileException {
        if (why instanceof IOException io) {
          throw io;
        }
        throw new ModelFileException(String.valueOf(why.getMessage()));
      }
    };
  }

  @Test
  void the_one_that_answers_is_taken_and_the_silent_one_is_stopped() throws Exception {
    Source silent = new Source("silent", 0, true);
    Source answers = new Source("answers", 1, true);
    assertThat(FirstAnswer.of(List.of(silent, answers), TARGET).source()).isSameAs(answers);
    silent.stopped.await();
    assertThat(answers.stopped.getCount()).as("the one that was taken goes on").isOne();
  }

  @Test
  void what_begins_too_late_is_closed() throws Exception {
    Source late = new Source("late", 0, false); // begins when it is told to stop
    Source answers = new Source("answers", 1, true);
    assertThat(FirstAnswer.of(List.of(late, answers), TARGET).source()).isSameAs(answers);
    late.stopped.await();
  }

  @Test
  void one_that_fails_does_not_keep_the_other_from_being_taken() throws Exception {
    Source answers = new Source("answers", 1, true);
    FileSource refused = without("refused", new IOException("refused"));
    assertThat(FirstAnswer.of(List.of(refused, answers), TARGET).source()).isSameAs(answers);
  }

  @Test
  void without_any_answer_the_first_ones_reason_is_thrown_with_the_others_in_it() {
    FileSource refused = without("refused", new IOException("refused"));
    FileSource absent = without("absent", new ModelFileException("not installed"));
    assertThatThrownBy(() -> FirstAnswer.of(List.of(refused, absent), TARGET))
        .isInstanceOf(IOException.class)
        .hasMessage("refused")
        .satisfies(
            thrown ->
                assertThat(thrown.getSuppressed())
                    .singleElement()
                    .isInstanceOf(ModelFileException.class)
                    .extracting(Throwable::getMessage)
                    .isEqualTo("not installed"));
  }

  @Test
  void who_is_interrupted_while_asking_stops_all_that_were_asked() throws Exception {
    Source silent = new Source("silent", 0, true);
    Source late = new Source("late", 0, false);
    FutureTask<FileSource.Download> asking =
        new FutureTask<>(() -> FirstAnswer.of(List.of(silent, late), TARGET));
    Thread thread = new Thread(asking);
    thread.start();
    thread.interrupt();
    assertThatThrownBy(asking::get).hasCauseInstanceOf(InterruptedException.class);
    silent.stopped.await();
    late.stopped.await();
  }

  @Test
  void one_that_ends_with_an_error_is_one_that_has_none() {
    FileSource broken =
        new FileSource() {
          @Override
          public String name() {
            return "broken";
          }

          @Override
          public Download ask(Path target) {
            throw new NoClassDefFoundError("pip");
          }
        };
    assertThatThrownBy(() -> FirstAnswer.of(List.of(broken), TARGET))
        .isInstanceOf(IOException.class)
        .hasRootCauseMessage("pip");
  }
}
