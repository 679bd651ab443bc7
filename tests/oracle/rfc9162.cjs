// Asks @transmute/rfc9162 what it makes of our tree: reads roots and proofs from standard input, and
// writes what it does not agree with. Its consistency proofs begin with the older root also where
// RFC 6962 leaves it out, which is where the older size is a power of two.
const { CoMETRE } = require(process.argv[2])
const tree = CoMETRE.RFC9162_SHA256

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'))
const hex = (array) => Buffer.from(array).toString('hex')

async function main() {
  const given = JSON.parse(require('fs').readFileSync(0, 'utf8'))
  const said = []
  const leaves = []
  for (const line of given.lines) leaves.push(await tree.leaf(bytes(line)))
  for (let size = 1; size <= leaves.length; size++) {
    const root = hex(await tree.root(leaves.slice(0, size)))
    if (root !== given.roots[size - 1]) said.push(`root ${size}`)
  }
  for (const { index, size, path } of given.inclusion) {
    const theirs = await tree.inclusion_proof(index, leaves.slice(0, size))
    if (theirs.inclusion_path.map(hex).join() !== path.join()) said.push(`path ${index} ${size}`)
    const ours = { tree_size: size, leaf_index: index, inclusion_path: path.map(bytes) }
    const root = hex(await tree.verify_inclusion_proof(leaves[index], ours))
    if (root !== given.roots[size - 1]) said.push(`inclusion ${index} ${size}`)
  }
  for (const { old, new: size, path } of given.consistency) {
    const whole = (old & (old - 1)) === 0
    const ours = whole || old === size ? [given.roots[old - 1], ...path] : path
    const theirs = await tree.consistency_proof({ tree_size: old }, leaves.slice(0, size))
    if (theirs.consistency_path.map(hex).join() !== ours.join()) said.push(`path ${old} ${size}`)
    if (old === size) continue
    const proof = { tree_size_1: old, tree_size_2: size, consistency_path: ours.map(bytes) }
    const roots = [given.roots[old - 1], given.roots[size - 1]].map(bytes)
    if (!(await tree.verify_consistency_proof(...roots, proof))) said.push(`consistency ${old} ${size}`)
  }
  console.log(JSON.stringify(said))
}

main()
