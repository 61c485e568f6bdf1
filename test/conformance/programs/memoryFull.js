// flags: --stack-size=400
let depth = 0;
const dive = () => {
  depth++;
  dive();
};
try {
  dive();
} catch (error) {
  console.log(error.constructor.name, error.message);
}
setTimeout(() => console.log('still here'), 1);
