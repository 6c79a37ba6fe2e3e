/**
 * Plans of tasks that depend on each other: as data, checked, scheduled, and how each task stands.
 */
@NullMarked
package io.llmcluster.patterns.task;

import org.jspecify.annotations.NullMarked;
