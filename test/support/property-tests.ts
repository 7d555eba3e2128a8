/**
 * Loaded before every test file: TAMIS_SEED makes fast-check's runs repeatable.
 *
 * Without it each run tries other examples, and prints the seed of a failure. CI sets it: whether a change may land
 * must not depend on which examples came up.
 */
import fc from "fast-check"

const { TAMIS_SEED } = process.env
if (TAMIS_SEED !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(TAMIS_SEED) })
