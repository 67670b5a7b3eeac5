// SPDX-License-Identifier: BSD-3-Clause
//
// Molecules in 3-D, drawn with three.js in each figure of class "viewer" from the JSON of the element
// behind it: atoms as balls, bonds as sticks, the closest contact dashed with its length. Atoms may
// have charges and energies, which can be their colors.
"use strict";

document.querySelectorAll("figure.viewer").forEach((figure) => {
  const scene = JSON.parse(figure.nextElementSibling.textContent);
  const canvas = figure.querySelector("canvas");
  const stage = figure.querySelector(".stage");
  const lengthLabel = figure.querySelector(".length");

  // Okabe and Ito's colors, as near to the customary ones of elements as they come.
  const elementColors = {
    H: "#e6e6e6", C: "#6e6e6e", N: "#0072b2", O: "#d55e00", F: "#009e73", P: "#e69f00",
    S: "#f0e442", Cl: "#009e73", Br: "#a0522d", I: "#cc79a7",
  };
  const otherElement = "#cc79a7";
  const neutral = new THREE.Color("#e0e0e0");
  const blue = new THREE.Color("#0072b2");
  const orange = new THREE.Color("#d55e00");

  function fixed(value, digits) {
    const text = Math.abs(value).toFixed(digits);
    return (value < 0 && Number(text) !== 0 ? "−" : "") + text;
  }

  function largest(key) {
    return scene.atoms.reduce((most, atom) => Math.max(most, Math.abs(atom[key])), 0);
  }

  function diverging(value, most, below, above) {
    const share = most > 0 ? Math.abs(value) / most : 0;
    return neutral.clone().lerp(value < 0 ? below : above, share);
  }

  // The strongest colors and the one between.
  function numericalKey(most, digits, unit, below, above) {
    return [-1, 0, 1].map((share) => ({
      color: diverging(share, 1, below, above),
      text: fixed(share * most, digits) + " " + unit,
    }));
  }

  const mostCharge = largest("charge");
  const mostEnergy = largest("energy");
  const modes = [
    {
      name: "Element",
      shows: "element",
      color: (atom) => new THREE.Color(elementColors[atom.element] || otherElement),
      key: () => [...new Set(scene.atoms.map((atom) => atom.element))].sort().map((element) => ({
        color: new THREE.Color(elementColors[element] || otherElement), text: element,
      })),
    },
    {
      // Negative is red to a chemist.
      name: "Charge",
      shows: "charge",
      color: (atom) => diverging(atom.charge, mostCharge, orange, blue),
      key: () => numericalKey(mostCharge, 2, "e", orange, blue),
    },
    {
      // As in the maps of pairs.
      name: "Energy",
      shows: "energy",
      color: (atom) => diverging(atom.energy, mostEnergy, blue, orange),
      key: () => numericalKey(mostEnergy, scene.digits, scene.unit, blue, orange),
    },
  ].filter((mode) => mode.shows in scene.atoms[0]);

  figure.hidden = false;
  let renderer;
  try {
    renderer = new THREE.WebGLRenderer({
      canvas: canvas, antialias: true, alpha: true,
      preserveDrawingBuffer: true,  // so that it is printed
    });
  } catch (error) {
    figure.textContent = "This browser shows nothing in 3-D: WebGL is missing or switched off.";
    return;
  }
  renderer.setPixelRatio(window.devicePixelRatio);

  const world = new THREE.Scene();
  const camera = new THREE.PerspectiveCamera(30, 1, 0.1, 1000);
  const light = new THREE.DirectionalLight("#ffffff", 0.55);
  light.position.set(-0.4, 0.7, 1);
  world.add(light, new THREE.AmbientLight("#ffffff", 0.55));
  const group = new THREE.Group();
  world.add(group);

  const isLarge = scene.atoms.length > 300;
  const ball = new THREE.SphereBufferGeometry(1, isLarge ? 14 : 32, isLarge ? 10 : 24);
  const rod = new THREE.CylinderBufferGeometry(1, 1, 1, isLarge ? 8 : 16);
  const positions = scene.atoms.map((atom) => new THREE.Vector3(...atom.position_angstrom));
  const materials = scene.atoms.map(() => new THREE.MeshLambertMaterial());
  const contactMaterial = new THREE.MeshBasicMaterial({ color: "#8a8f98" });

  const balls = scene.atoms.map((atom, i) => {
    const mesh = new THREE.Mesh(ball, materials[i]);
    mesh.position.copy(positions[i]);
    mesh.scale.setScalar(0.14 + 0.28 * atom.radius_angstrom);
    mesh.userData = atom;
    group.add(mesh);
    return mesh;
  });

  function addRod(from, to, radius, material) {
    const mesh = new THREE.Mesh(rod, material);
    mesh.position.addVectors(from, to).multiplyScalar(0.5);
    mesh.scale.set(radius, from.distanceTo(to), radius);
    mesh.quaternion.setFromUnitVectors(
      new THREE.Vector3(0, 1, 0), to.clone().sub(from).normalize());
    group.add(mesh);
  }

  for (const [i, j] of scene.bonds) {
    const middle = positions[i].clone().lerp(positions[j], 0.5);
    addRod(positions[i], middle, 0.1, materials[i]);
    addRod(middle, positions[j], 0.1, materials[j]);
  }
  const [near, far] = scene.contact.atoms.map((i) => positions[i]);
  const dashes = Math.max(3, Math.round(scene.contact.distance_angstrom / 0.25));
  for (let k = 0; k < dashes; ++k) {
    addRod(near.clone().lerp(far, (k + 0.25) / dashes), near.clone().lerp(far, (k + 0.75) / dashes),
      0.03, contactMaterial);
  }
  lengthLabel.textContent = scene.contact.distance_angstrom.toFixed(2) + " Å";

  // So large that turning about either axis of the page leaves everything on the stage.
  let zoom = 1;
  const halfWidth = positions.reduce((most, p) => Math.max(most, Math.hypot(p.x, p.z)), 0) + 0.7;
  const halfHeight = positions.reduce((most, p) => Math.max(most, Math.hypot(p.y, p.z)), 0) + 0.7;
  const depth = positions.reduce((most, p) => Math.max(most, p.length()), 0);

  function draw() {
    const width = stage.clientWidth;
    const height = stage.clientHeight;
    if (width === 0) {
      return;
    }
    const slope = Math.tan(THREE.Math.degToRad(camera.fov / 2));
    const needed = Math.max(halfHeight, halfWidth * height / width) / slope;
    camera.aspect = width / height;
    camera.position.z = needed / zoom + 0.4 * Math.min(depth, halfHeight);
    camera.near = Math.max(0.1, camera.position.z - 2 * depth - 2);
    camera.far = camera.position.z + 2 * depth + 2;
    camera.updateProjectionMatrix();
    renderer.setSize(width, height, false);
    renderer.render(world, camera);
    // Above the middle of the dashed line, so far that the text does not touch it.
    const [from, to] = [near, far].map((end) => {
      const seen = end.clone().applyMatrix4(group.matrixWorld).project(camera);
      return { x: (0.5 + 0.5 * seen.x) * width, y: (0.5 - 0.5 * seen.y) * height };
    });
    const across = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const side = to.x < from.x ? -1 : 1;
    const normal = { x: side * (to.y - from.y) / across, y: -side * (to.x - from.x) / across };
    const away = 14 + 14 * Math.abs(normal.x);
    lengthLabel.style.left = 0.5 * (from.x + to.x) + away * normal.x + "px";
    lengthLabel.style.top = 0.5 * (from.y + to.y) + away * normal.y + "px";
  }

  figure.querySelector(".buttons").hidden = modes.length === 1;
  const buttons = modes.map((mode) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = mode.name;
    button.addEventListener("click", () => choose(mode));
    figure.querySelector(".buttons").append(button);
    return button;
  });

  function choose(chosen) {
    modes.forEach((mode, k) => buttons[k].setAttribute("aria-pressed", String(mode === chosen)));
    scene.atoms.forEach((atom, i) => materials[i].color.copy(chosen.color(atom)));
    figure.querySelector(".key").replaceChildren(...chosen.key().map(({ color, text }) => {
      const entry = document.createElement("span");
      const dot = document.createElement("i");
      dot.style.background = color.getStyle();
      entry.append(dot, text);
      return entry;
    }));
    draw();
  }

  function turn(right, down) {
    const axis = new THREE.Vector3(down, right, 0);
    const angle = axis.length();
    if (angle > 0) {
      group.quaternion.premultiply(
        new THREE.Quaternion().setFromAxisAngle(axis.normalize(), angle));
      draw();
    }
  }

  function resize(factor) {
    zoom = Math.min(Math.max(zoom * factor, 0.3), 12);
    draw();
  }

  // One pointer turns, two pinch.
  const pointers = new Map();
  function spread() {
    const [a, b] = [...pointers.values()];
    return Math.hypot(a.x - b.x, a.y - b.y);
  }
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  });
  canvas.addEventListener("pointermove", (event) => {
    const last = pointers.get(event.pointerId);
    if (!last) {
      pointAt(event);
      return;
    }
    const now = { x: event.clientX, y: event.clientY };
    const before = pointers.size === 2 ? spread() : 0;
    pointers.set(event.pointerId, now);
    if (pointers.size === 1) {
      turn((now.x - last.x) * 0.01, (now.y - last.y) * 0.01);
    } else if (before > 0) {
      resize(spread() / before);
    }
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => pointers.delete(event.pointerId));
  }
  // A pinch of a touchpad is a wheel with the control key; the bare wheel moves the page.
  canvas.addEventListener("wheel", (event) => {
    if (event.ctrlKey) {
      event.preventDefault();
      resize(Math.exp(-0.01 * event.deltaY));
    }
  }, { passive: false });
  const keys = {
    ArrowLeft: () => turn(-0.1, 0), ArrowRight: () => turn(0.1, 0),
    ArrowUp: () => turn(0, -0.1), ArrowDown: () => turn(0, 0.1),
    "+": () => resize(1.15), "-": () => resize(1 / 1.15),
  };
  canvas.addEventListener("keydown", (event) => {
    if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  // The atom at the pointer in words.
  const ray = new THREE.Raycaster();
  function pointAt(event) {
    const place = canvas.getBoundingClientRect();
    ray.setFromCamera({
      x: 2 * (event.clientX - place.left) / place.width - 1,
      y: 1 - 2 * (event.clientY - place.top) / place.height,
    }, camera);
    const [hit] = ray.intersectObjects(balls);
    const atom = hit && hit.object.userData;
    let text = atom ? atom.name : "";
    if (atom && "charge" in atom) {
      text += `: charge ${fixed(atom.charge, 3)} e, `
        + `energy ${fixed(atom.energy, scene.digits)} ${scene.unit}`;
    }
    figure.querySelector(".atom").textContent = text;
  }

  new ResizeObserver(draw).observe(stage);
  choose(modes[0]);
});
