package io.llmcluster.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdmissionTest {

  private final Admission<String> admission = new Admission<>(2, 2, 100, 1_000);

  @Test
  void there_are_as_many_slots_as_the_capacity() {
    assertThat(admission.take()).isNotEqualTo(Admission.NONE);
    long second = admission.take();
    assertThat(admission.take()).isEqualTo(Admission.NONE);
    admission.release(second);
    assertThat(admission.take()).isNotEqualTo(Admission.NONE);
  }

  @Test
  void nobody_overtakes_those_who_wait() {
    long slot = admission.take();
    admission.take();
    admission.enqueue("first");
    admission.release(slot);
    assertThat(admission.take()).isEqualTo(Admission.NONE);
    assertThat(admission.grant(0)).extracting(Admission.Grant::waiter).containsExactly("first");
  }

  @Test
  void a_granted_slot_is_kept_and_then_used() {
    admission.enqueue("gateway");
    long slot = admission.grant(0).get(0).slot();
    admission.expire(99);
    assertThat(admission.use(slot)).isTrue();
    admission.expire(1_000);
    assertThat(admission.active()).isEqualTo(1);
  }

  @Test
  void a_granted_slot_that_is_not_used_in_time_is_free_again() {
    admission.enqueue("gone");
    long slot = admission.grant(0).get(0).slot();
    admission.expire(100);
    assertThat(admission.active()).isZero();
    assertThat(admission.use(slot)).isFalse();
  }

  @Test
  void a_slot_in_use_is_nobody_else_s_to_use_or_give_back() {
    admission.enqueue("gateway");
    long slot = admission.grant(0).get(0).slot();
    admission.use(slot);
    assertThat(admission.use(slot)).isFalse();
    admission.giveBack(slot);
    assertThat(admission.active()).isEqualTo(1);
  }

  @Test
  void a_kept_slot_that_is_given_back_is_free() {
    admission.enqueue("gateway");
    admission.giveBack(admission.grant(0).get(0).slot());
    assertThat(admission.active()).isZero();
  }

  @Test
  void a_slot_number_that_was_never_given_is_no_slot() {
    assertThat(admission.use(17)).isFalse();
  }

  @Test
  void the_line_is_bounded_and_equal_waiters_are_one() {
    assertThat(admission.enqueue("a")).isTrue();
    assertThat(admission.enqueue("a")).isTrue();
    assertThat(admission.enqueue("b")).isTrue();
    assertThat(admission.enqueue("c")).isFalse();
    assertThat(admission.waiting()).isEqualTo(2);
  }

  @Test
  void less_capacity_takes_nothing_away_from_those_who_run() {
    admission.take();
    long second = admission.take();
    admission.setCapacity(1);
    assertThat(admission.active()).isEqualTo(2);
    admission.release(second);
    assertThat(admission.take()).isEqualTo(Admission.NONE);
  }

  @Test
  void releasing_twice_is_releasing_once() {
    long slot = admission.take();
    admission.take();
    admission.release(slot);
    admission.release(slot);
    assertThat(admission.active()).isEqualTo(1);
  }
}
