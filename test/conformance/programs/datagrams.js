const { createSocket } = require('node:dgram');
const receiver = createSocket('udp4');
receiver.on('message', (message, from) => {
  console.log(message.toString(), from.address, from.size);
  receiver.close(() => console.log('closed'));
});
receiver.bind(0, '127.0.0.1', () => {
  const sender = createSocket('udp4');
  sender.send(Buffer.from('datagram'), receiver.address().port, '127.0.0.1', (error, size) => {
    console.log(error, size);
    sender.close();
  });
});
